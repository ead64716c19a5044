//! A real pool, and a name that moves. The addresses are those of this machine: on Linux all of 127.0.0.0/8 are.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::*;
use crate::conn::{Connector, Pool, Settings, Who};
use crate::testing::{FaultProxy, TestDb};

/// An address that leads to a proxy, on the port of the proxy.
struct Place {
    address: IpAddr,
    open: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Place {
    async fn new(last: u8, proxy: &FaultProxy) -> Self {
        let node = proxy.node();
        let port = node.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        let address: IpAddr = Ipv4Addr::new(127, 0, 0, last).into();
        let listener = TcpListener::bind((address, port)).await.expect("a port of its own");
        let open = Arc::new(AtomicUsize::new(0));
        let counter = open.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let (node, open) = (node.clone(), Counted::one(&counter));
                connections.spawn(async move {
                    let _open = open;
                    let Ok(mut server) = TcpStream::connect(node).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { address, open, task }
    }

    fn open(&self) -> usize {
        self.open.load(SeqCst)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn one(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, SeqCst);
        Self(counter.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// What a name stands for: nothing where the name server fails.
#[derive(Clone, Default)]
struct Name(Arc<Mutex<Option<Vec<IpAddr>>>>);

impl Name {
    fn set(&self, places: &[&Place]) {
        *self.0.lock().unwrap() = Some(places.iter().map(|place| place.address).collect());
    }

    fn fail(&self) {
        *self.0.lock().unwrap() = None;
    }

    fn resolver(&self, every: Duration) -> Resolver {
        let name = self.clone();
        let mut resolver = Resolver::system();
        resolver.ask_with(move |_, _| {
            let found = name.0.lock().unwrap().clone();
            Box::pin(async { found.ok_or_else(|| io::Error::other("the name server has gone")) })
        });
        (resolver.every, resolver.soon, resolver.answers) = (every, Duration::from_millis(10), 2);
        resolver
    }
}

struct World {
    name: Name,
    pool: Arc<Pool>,
    proxy: FaultProxy,
    _db: TestDb,
}

const OFTEN: Duration = Duration::from_millis(50);

/// A database, and a pool of so many connections, some of which it makes by itself, to a name that is not there but for its
/// own resolver, which is asked so often, and soon where a node has failed.
async fn world((connections, min_idle): (usize, usize), every: Duration) -> World {
    let db = TestDb::new().await.expect("a database");
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let settings = Settings::parse(&proxy.url().replace("127.0.0.1", "cluster.invalid"));
    let mut settings = settings.and_then(Settings::complete).expect("a URL");
    (settings.pool.max_size, settings.pool.min_idle) = (connections, min_idle);
    let name = Name::default();
    let nodes = Nodes::new(settings.nodes.clone(), None).resolved_by(name.resolver(every));
    let options = settings.pool;
    let pool = Arc::new(Pool::new(Connector::to(settings, nodes), options));
    World { name, pool, proxy, _db: db }
}

async fn asks(pool: &Pool) -> Result<(), String> {
    let mut lease = pool.acquire(Who::Pool, None).await.map_err(|error| error.to_string())?;
    lease.busy();
    let answer = lease.conn().scalar("SELECT 7").await.map_err(|error| format!("{:?}", error.code()))?;
    lease.idle();
    assert_eq!(answer.as_deref(), Some("7"));
    Ok(())
}

/// Asks again and again, and fails if that does.
struct Worker {
    over: Arc<AtomicBool>,
    task: JoinHandle<u32>,
}

impl Worker {
    fn start(pool: &Arc<Pool>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (pool, ends) = (pool.clone(), over.clone());
        let task = tokio::spawn(async move {
            let mut asked = 0;
            while !ends.load(SeqCst) {
                asks(&pool).await.expect("an answer");
                asked += 1;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            asked
        });
        Self { over, task }
    }

    /// How often it asked.
    async fn end(self) -> u32 {
        self.over.store(true, SeqCst);
        self.task.await.expect("nothing fails")
    }
}

async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !so() {
        assert!(Instant::now() < deadline, "not within 10 seconds: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_leaves_a_name_is_left_and_one_that_comes_is_used_and_no_request_fails() {
    let World { name, pool, proxy, _db } = world((4, 4), OFTEN).await;
    let [two, three, four] =
        [Place::new(2, &proxy).await, Place::new(3, &proxy).await, Place::new(4, &proxy).await];
    name.set(&[&two, &three]);
    let worker = Worker::start(&pool);
    let spread = || [two.open(), three.open(), four.open()];
    until("two at each", || spread() == [2, 2, 0]).await;
    name.set(&[&three, &four]);
    until("the one that went is left, and the one that came is used", || spread() == [0, 2, 2]).await;
    assert!(worker.end().await > 0, "it asked meanwhile");
    // A name server that fails for a while takes nothing away, though all connections are made anew.
    name.fail();
    let before = proxy.accepted();
    proxy.cut();
    let again = || proxy.accepted() >= before + 4 && pool.status().idle == 4;
    until("they are made again", || again() && spread() == [0, 2, 2]).await;
    assert_eq!(pool.status().nodes.len(), 2, "{:?}", pool.status());
    let worker = Worker::start(&pool);
    name.set(&[&two]);
    until("there is one now", || spread() == [4, 0, 0]).await;
    assert!(worker.end().await > 0, "it asked meanwhile");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_of_one_address_is_connected_to_while_the_name_server_fails_and_left_when_it_moves() {
    let World { name, pool, proxy, _db } = world((2, 2), OFTEN).await;
    let [two, three] = [Place::new(2, &proxy).await, Place::new(3, &proxy).await];
    name.set(&[&two]);
    asks(&pool).await.expect("an answer");
    until("both are there", || two.open() == 2).await;
    name.fail();
    let before = proxy.accepted();
    proxy.cut();
    until("they are made again", || proxy.accepted() >= before + 2).await;
    asks(&pool).await.expect("the address that it had");
    until("both are there again", || two.open() == 2).await;
    name.set(&[&three]);
    until("it moves, though all were well where it was", || (two.open(), three.open()) == (0, 2)).await;
    assert!(pool.status().nodes[0].node.starts_with("cluster.invalid:"), "{:?}", pool.status());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_nobody_at_an_address_asks_for_another_one_at_once() {
    // What has failed is the only reason to ask again.
    let World { name, pool, proxy, _db } = world((1, 0), Duration::MAX).await;
    let [two, three] = [Place::new(2, &proxy).await, Place::new(3, &proxy).await];
    name.set(&[&two]);
    asks(&pool).await.expect("an answer");
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop(two);
    name.set(&[&three]);
    until("the connection is lost", || proxy.open() == 0).await;
    asks(&pool).await.expect("the other address");
    assert!(pool.status().nodes[0].up, "{:?}", pool.status());
}
