//! The way to a CockroachDB, with a stand-in for its program: its arguments, its URL, its end.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crdb_orm::testing::DevServerOptions;

use crate::support::{Scripts, nothing_is_left_of, processes_of};

#[test]
fn cockroach_is_preferred_and_started_in_memory_on_ports_of_its_own() {
    let scripts = Scripts::new("cockroach");
    let port = fake_node();
    let url = format!("postgresql://root@127.0.0.1:{port}/defaultdb?sslmode=disable");
    // Writes down its arguments and its folder, tells its URL where it is asked to, and stays.
    let record = scripts.0.join("arguments");
    scripts.add(
        "cockroach",
        &format!(
            "printf '%s\\n' \"$@\" >'{record}'\npwd >'{record}.folder'\n\
             for argument; do case $argument in --listening-url-file=*) file=${{argument#*=}};; esac; done\n\
             echo '{url}' >\"$file\"\nexec sleep 600",
            record = record.display()
        ),
    );
    // It wins over PostgreSQL's programs in the same folder.
    scripts.add("initdb", "exit 1");
    scripts.add("postgres", "exit 1");

    let server = DevServerOptions::new().search_in([&scripts.0]).start().expect("a server");

    let folder = server.folder().expect("its folder").to_owned();
    let arguments = fs::read_to_string(&record).expect("its arguments");
    assert_eq!(
        arguments.lines().collect::<Vec<_>>(),
        [
            "start-single-node",
            "--insecure",
            "--store=type=mem,size=1GiB",
            "--listen-addr=127.0.0.1:0",
            "--http-addr=127.0.0.1:0",
            &format!("--listening-url-file={}/listening-url", folder.display()),
        ]
    );
    let worked_in = fs::read_to_string(scripts.0.join("arguments.folder")).expect("its folder");
    assert_eq!(
        fs::canonicalize(worked_in.trim()).ok(),
        fs::canonicalize(&folder).ok(),
        "what it writes goes with it"
    );
    assert_eq!(server.url(), url);
    assert_eq!(server.url_for("x"), url.replace("defaultdb", "x"));
    assert!(server.is_cockroachdb());
    let line = server.describe();
    assert!(line.starts_with("CockroachDB v25.1.2 (a single node in memory"), "{line}");
    assert!(line.contains("localities mean nothing"), "{line}");

    assert!(processes_of(&folder).iter().any(|(_, line)| line.contains("sleep 600")), "it does not run");
    drop(server);
    nothing_is_left_of(&folder);
}

/// A node that only knows its version. Returns its port.
fn fake_node() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = answer(stream);
            });
        }
    });
    port
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    // The start-up message has a length and no type.
    read_body(&mut stream)?;
    stream.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")?;
    loop {
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        let body = read_body(&mut stream)?;
        if kind == *b"X" {
            return Ok(());
        }
        let mut reply = Vec::new();
        if String::from_utf8_lossy(&body).starts_with("SELECT version()") {
            // One column `version` of type text, and one row.
            message(&mut reply, b'T', b"\0\x01version\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0");
            let version =
                b"CockroachDB CCL v25.1.2 (x86_64-pc-linux-gnu, built 2025/03/10 11:14:29, go1.22.8)";
            let mut row = vec![0, 1, 0, 0, 0, u8::try_from(version.len()).expect("short")];
            row.extend_from_slice(version);
            message(&mut reply, b'D', &row);
        }
        message(&mut reply, b'C', b"SELECT 1\0");
        message(&mut reply, b'Z', b"I");
        stream.write_all(&reply)?;
    }
}

fn read_body(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut body = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn message(reply: &mut Vec<u8>, kind: u8, body: &[u8]) {
    reply.push(kind);
    let length = u32::try_from(body.len() + 4).expect("short");
    reply.extend_from_slice(&length.to_be_bytes());
    reply.extend_from_slice(body);
}
