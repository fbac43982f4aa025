//! What must not get into the WebAssembly: it would be heavy there, and a sign that server code leaks into the browser.

const FORBIDDEN: &[&str] = &["axum", "hyper", "redis", "sqlx", "tokio"];

/// Looks through `cargo tree --prefix none --format {p}`: lines such as `sqlx-core v0.9.0 (proc-macro)`.
pub(super) fn faults(tree: &str) -> Vec<String> {
    let mut found: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| is_forbidden(name)).collect();
    found.sort_unstable();
    found.dedup();
    let mut faults: Vec<String> = found.iter().map(|name| format!("`{name}` gets into the WebAssembly")).collect();
    if !tree.lines().any(|line| line.starts_with("app ")) {
        faults.push("the tree of `frontend` does not hold `app`: this check looks at the wrong thing".to_owned());
    }
    faults
}

/// The package itself or one of its family: `sqlx-core`, `tokio-util`.
fn is_forbidden(package: &str) -> bool {
    FORBIDDEN.iter().any(|name| package.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])))
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn a_server_package_is_found_once_with_its_family() {
        let tree = "frontend v0.1.0 (/x)\napp v0.1.0 (/x)\ntokio-util v0.7.1\nsqlx v0.9.0\nsqlx v0.9.0 (*)\ntokiological v1.0.0\n";
        assert_eq!(faults(tree), ["`sqlx` gets into the WebAssembly", "`tokio-util` gets into the WebAssembly"]);
    }

    #[test]
    fn an_empty_tree_proves_nothing() {
        assert_eq!(faults("").len(), 1);
    }
}
