//! Settings read back from a configuration in force: [`Settings`].

use serde_json::Value;

/// A configuration in YAML, as a component tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(Value);

/// A configuration cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the configuration that `{component}` tells is no YAML")]
pub struct SettingsError {
    component: String,
    #[source]
    source: Box<serde_saphyr::Error>,
}

impl Settings {
    /// Reads what a component told.
    ///
    /// # Errors
    ///
    /// When it is no YAML.
    pub fn read(component: &str, text: &str) -> Result<Self, SettingsError> {
        let value = serde_saphyr::from_str(text).map_err(|source| SettingsError {
            component: component.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self(value))
    }

    /// The value at a path such as `global.scrape_interval`, as text; `None` where there is none or it is no scalar.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<String> {
        let value = path
            .split('.')
            .try_fold(&self.0, |value, key| match key.parse::<usize>() {
                Ok(index) => value.get(index),
                Err(_name) => value.get(key),
            });
        match value? {
            Value::String(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_found_by_its_path() {
        let text = "global:\n  scrape_interval: 30s\nconfigs:\n- store: tsdb\n  n: 3\nauth_enabled: false\n";
        let settings = Settings::read("x", text).unwrap();
        assert_eq!(settings.get("global.scrape_interval").as_deref(), Some("30s"));
        assert_eq!(settings.get("configs.0.n").as_deref(), Some("3"));
        assert_eq!(settings.get("auth_enabled").as_deref(), Some("false"));
        assert_eq!(settings.get("global"), None);
        assert_eq!(settings.get("nothing.here"), None);
    }
}
