//! The account the servers run under.
//!
//! Our own, unless we are root: PostgreSQL refuses root, so both servers then run under `postgres`, the account its package makes.
//! Redis would run as root, but it has no need of root's rights, and one owner makes the socket folder private to one account.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::EmbeddedError;

/// Debian's, Red Hat's, Alpine's and Arch's name for it.
const ACCOUNT_FOR_ROOT: &str = "postgres";

/// Who the servers are for the kernel.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    name: String,
    user_id: u32,
    group_id: u32,
    /// Root steps down to it; everybody else already is it.
    step_down: bool,
}

impl Account {
    /// The account for the servers that this process starts.
    pub(crate) fn for_servers() -> Result<Self, EmbeddedError> {
        if rustix::process::geteuid().is_root() {
            let passwd = fs::read_to_string("/etc/passwd").map_err(EmbeddedError::file("read", "/etc/passwd"))?;
            return Self::in_passwd(&passwd, ACCOUNT_FOR_ROOT)
                .ok_or_else(|| EmbeddedError::AccountMissing { account: ACCOUNT_FOR_ROOT.to_owned() });
        }
        let user_id = rustix::process::geteuid().as_raw();
        let group_id = rustix::process::getegid().as_raw();
        Ok(Self { name: format!("user {user_id}"), user_id, group_id, step_down: false })
    }

    /// Looks the account up in the text of `/etc/passwd`: `name:password:user id:group id:…`. One with root's id does not count.
    fn in_passwd(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        let user_id = fields.next()?.parse().ok().filter(|id| *id != 0)?;
        let group_id = fields.next()?.parse().ok()?;
        Some(Self { name: name.to_owned(), user_id, group_id, step_down: true })
    }

    pub(crate) fn user_id(&self) -> u32 {
        self.user_id
    }

    /// Makes a command run under the account. The standard library also clears the extra groups when root changes the user id.
    pub(crate) fn apply_to(&self, command: &mut Command) {
        if self.step_down {
            command.uid(self.user_id).gid(self.group_id);
        }
    }

    /// Mode of the folder around the servers' own: root's account must pass through it, nobody has to look into it.
    pub(crate) fn outer_folder_mode(&self) -> u32 {
        if self.step_down { 0o711 } else { 0o700 }
    }

    /// Gives a folder that we made to the account.
    pub(crate) fn take_over(&self, folder: &Path) -> io::Result<()> {
        if self.step_down { std::os::unix::fs::chown(folder, Some(self.user_id), Some(self.group_id)) } else { Ok(()) }
    }

    /// Fails with the first folder on the way to `folder` that is closed to the account.
    pub(crate) fn check_can_enter(&self, folder: &Path) -> Result<(), EmbeddedError> {
        if !self.step_down || self.can_enter(folder)? {
            return Ok(());
        }
        let mut way: Vec<&Path> = folder.ancestors().collect();
        way.reverse();
        for step in way {
            if !self.can_enter(step)? {
                return Err(EmbeddedError::FolderClosedToAccount { folder: step.to_owned(), account: self.name.clone() });
            }
        }
        Ok(())
    }

    /// Asks the kernel, which also knows about access lists, by trying.
    fn can_enter(&self, folder: &Path) -> Result<bool, EmbeddedError> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "cd -- \"$1\"", "sh"]).arg(folder).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.apply_to(&mut command);
        let status = command.status().map_err(|source| EmbeddedError::NotRunnable { program: "/bin/sh".into(), source })?;
        Ok(status.success())
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\ntoor:x:0:0::/:/bin/sh\n";

    #[test]
    fn finds_the_account_by_its_whole_name() {
        let account = Account::in_passwd(PASSWD, "postgres").expect("is in the file");
        assert_eq!((account.user_id, account.group_id), (101, 104));
        assert!(Account::in_passwd(PASSWD, "postgre").is_none());
    }

    #[test]
    fn an_account_with_the_rights_of_root_does_not_count() {
        assert!(Account::in_passwd(PASSWD, "toor").is_none());
    }
}
