//! The folder of one server, and the removal of folders that nobody looks after any more.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "crdb-orm-dev-";

/// Locked by a server's parent while it starts, and by the supervisor (which inherits the lock) while it lives.
const LOCK: &str = "lock";

/// A folder is made and locked within this time.
const YOUNG: Duration = Duration::from_mins(1);

/// The longest path of a unix socket that every system takes (macOS: 104 bytes with the final zero).
const LONGEST_SOCKET: usize = 103;

/// A new folder that only its owner can enter.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// While this file, or a copy of it in another process, is open, the folder is not swept.
    pub(super) lock: File,
    /// The folder belongs to root, so this process runs as root.
    pub(super) of_root: bool,
}

/// Makes a folder for a server.
pub(super) fn create() -> io::Result<Folder> {
    let usual = env::temp_dir();
    let longest = usual.as_os_str().len() + PREFIX.len() + "/4294967295-01234567/.s.PGSQL.65535".len();
    if longest <= LONGEST_SOCKET {
        let folder = create_in(&usual)?;
        // Root hands the server to another account, which must be able to go there.
        if !folder.of_root || is_open_to_all(&usual) {
            return Ok(folder);
        }
        fs::remove_dir_all(&folder.path)?;
    }
    create_in(Path::new("/tmp"))
}

fn create_in(parent: &Path) -> io::Result<Folder> {
    let path = parent.join(format!("{PREFIX}{}-{:08x}", std::process::id(), fastrand::u32(..)));
    DirBuilder::new().mode(0o700).create(&path)?;
    let fill = || {
        let lock = File::create(path.join(LOCK))?;
        lock.lock()?;
        Ok((lock, fs::metadata(&path)?.uid() == 0))
    };
    match fill() {
        Ok((lock, of_root)) => Ok(Folder { path, lock, of_root }),
        Err(error) => {
            let _ = fs::remove_dir_all(&path);
            Err(error)
        }
    }
}

fn is_open_to_all(folder: &Path) -> bool {
    folder
        .ancestors()
        .filter(|ancestor| !ancestor.as_os_str().is_empty())
        .all(|ancestor| fs::metadata(ancestor).is_ok_and(|found| found.permissions().mode() & 0o001 != 0))
}

/// Removes the folders of servers whose supervisor is gone: a power cut, or SIGKILL of everything at once.
///
/// A PostgreSQL that still ran in one notices that its folder is gone and stops by itself.
pub(super) fn sweep() {
    let usual = env::temp_dir();
    sweep_in(&usual);
    if usual != Path::new("/tmp") {
        sweep_in(Path::new("/tmp"));
    }
}

fn sweep_in(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let named_so = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if named_so && is_abandoned(&entry.path()) {
            // Another process may be sweeping it at the same moment.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a folder is a minute old and nobody holds its lock. A folder of somebody else cannot be looked into.
fn is_abandoned(folder: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(folder) else { return false };
    let age = found.modified().ok().and_then(|at| at.elapsed().ok()).unwrap_or_default();
    if !found.is_dir() || age < YOUNG {
        return false;
    }
    let lock = folder.join(LOCK);
    match fs::symlink_metadata(&lock) {
        Ok(found) => found.is_file() && File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok()),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn make_old(folder: &Path) {
        let then = SystemTime::now() - YOUNG * 2;
        File::open(folder).expect("the folder").set_modified(then).expect("an older folder");
    }

    #[test]
    fn a_folder_is_swept_only_when_it_is_old_and_nobody_holds_it() {
        let parent = env::temp_dir().join(format!("sweep-of-crdb-orm-{:016x}", fastrand::u64(..)));
        fs::create_dir(&parent).expect("a folder");
        let held = create_in(&parent).expect("a folder");
        let free = create_in(&parent).expect("a folder");
        let young = create_in(&parent).expect("a folder");
        let stranger = parent.join("somebody-elses");
        fs::create_dir(&stranger).expect("a folder");
        for folder in [&held.path, &free.path, &stranger] {
            make_old(folder);
        }
        drop((free.lock, young.lock));

        sweep_in(&parent);

        let left = [&held.path, &young.path, &stranger].map(|folder| folder.is_dir());
        let gone = !free.path.exists();
        fs::remove_dir_all(&parent).expect("removed");
        assert_eq!((left, gone), ([true; 3], true));
    }

    #[test]
    fn nobody_else_can_enter_a_folder() {
        let folder = create().expect("a folder");
        let mode = fs::metadata(&folder.path).expect("the folder").permissions().mode();
        fs::remove_dir_all(&folder.path).expect("removed");
        assert_eq!(mode & 0o777, 0o700);
    }
}
