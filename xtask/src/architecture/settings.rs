//! Settings said twice: the build reads Cargo.toml, the running server reads Leptos.toml, and both must say the same.

use serde_json::Value;

/// Compares what Leptos.toml says with `[[workspace.metadata.leptos]]` of Cargo.toml, key by key.
pub(super) fn faults(leptos_toml: &str, of_cargo: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut compared = 0;
    for line in leptos_toml.lines().filter(|line| !line.trim_start().starts_with(['#', '['])) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        compared += 1;
        // The values are strings, numbers and booleans without comments behind them, which TOML writes as JSON does.
        match serde_json::from_str::<Value>(value) {
            Ok(value) if of_cargo[key] == value => {}
            Ok(value) => faults.push(format!("Leptos.toml has {key} = {value}, Cargo.toml has {}", of_cargo[key])),
            Err(_) => faults.push(format!("Leptos.toml has {key} = {value}, which this check cannot read")),
        }
    }
    if compared == 0 {
        faults.push("Leptos.toml says nothing".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::faults;

    #[test]
    fn each_key_of_the_server_must_be_equal_in_the_build() {
        let of_cargo = json!({ "output-name": "ates", "hash-files": true, "reload-port": 3001, "style-file": "main.css" });
        let leptos_toml = "# why\n[[workspace.metadata.leptos]]\noutput-name = \"ates\"\nhash-files = true\nreload-port = 3001\n";
        assert!(faults(leptos_toml, &of_cargo).is_empty());
        let other = leptos_toml.replace("true", "false");
        assert_eq!(faults(&other, &of_cargo), ["Leptos.toml has hash-files = false, Cargo.toml has true"]);
        assert_eq!(faults("site-root = \"x\"", &of_cargo), ["Leptos.toml has site-root = \"x\", Cargo.toml has null"]);
    }

    #[test]
    fn a_file_without_settings_proves_nothing() {
        assert_eq!(faults("", &json!({})), ["Leptos.toml says nothing"]);
    }
}
