//! `go build` of a component, and what its refusals mean: [`build_programs`].

use std::{path::Path, time::Duration};

use super::{
    error::ImageError,
    module::fill_in,
    overlay,
    recipe::{Component, GoBuild},
};
use crate::{
    command::{Command, CommandError},
    engine,
};

/// Kubernetes takes a quarter of an hour on two cores.
const BUILD_WITHIN: Duration = Duration::from_hours(1);

/// Builds the component's Go programs into `out`. The flags of compilation are the same for all, so that packages are shared through Go's build cache.
pub(crate) async fn build_programs(component: &Component, go: &GoBuild, out: &Path) -> Result<(), ImageError> {
    let mut command = go_command(component, go, out);
    let module = out.with_file_name("module");
    if go.overlay {
        let go_mod = overlay::lay_over(component, &module_dir(component).await?, &module)?;
        command = command.args(["-modfile".as_ref(), go_mod.as_os_str()]);
    }
    let built = command.args(&go.packages).run().await;
    super::cache::remove_tree(&module)?;
    built.map_err(|failed| match refused_module(&failed) {
        Some((module, version, said)) => ImageError::Refused {
            module,
            version,
            said,
            go_mod: component.dir.join("go.mod"),
        },
        None => ImageError::step(&component.name, "go build")(failed),
    })?;
    Ok(())
}

fn go_command(component: &Component, go: &GoBuild, out: &Path) -> Command {
    let mut command = Command::new(program())
        .args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false"])
        .args(["-ldflags", &linker_flags(go, &component.pin.version)])
        .args(["-o", &format!("{}/", out.display())])
        .env("CGO_ENABLED", "0")
        .dir(&component.dir)
        .deadline(BUILD_WITHIN);
    if !go.tags.is_empty() {
        command = command.args(["-tags", &go.tags.join(",")]);
    }
    command
}

fn linker_flags(go: &GoBuild, version: &str) -> String {
    let stamps = go
        .stamps
        .iter()
        .map(|(variable, value)| format!(" -X {variable}={}", fill_in(value, version)));
    std::iter::once("-s -w".to_owned()).chain(stamps).collect()
}

/// The Go program, also where `PATH` lacks its usual place.
pub(crate) fn program() -> std::path::PathBuf {
    engine::find_program("go").unwrap_or_else(|| "go".into())
}

/// Go's version, as a part of the cache key.
pub(crate) async fn version() -> Result<String, ImageError> {
    let printed = Command::new(program())
        .args(["env", "GOVERSION"])
        .run()
        .await
        .map_err(ImageError::step("go", "go env"))?;
    Ok(printed.stdout.trim().to_owned())
}

/// The directory of a module's files, downloaded and verified by Go.
pub(crate) async fn module_dir(component: &Component) -> Result<std::path::PathBuf, ImageError> {
    let module = &component.pin.module;
    let download = Command::new(program())
        .args(["mod", "download", module])
        .dir(&component.dir)
        .run()
        .await;
    download.map_err(|failed| match refused_module(&failed) {
        Some((module, version, said)) => ImageError::Refused {
            module,
            version,
            said,
            go_mod: component.dir.join("go.mod"),
        },
        None => ImageError::step(&component.name, "go mod download")(failed),
    })?;
    let list = Command::new(program())
        .args(["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module])
        .dir(&component.dir);
    let listed = list.run().await.map_err(ImageError::step(&component.name, "go list"))?;
    Ok(listed.stdout.trim().into())
}

/// Module, version and line of a refusal (403, 404 or 410) in what go said.
pub(crate) fn refused_module(failed: &CommandError) -> Option<(String, String, String)> {
    let CommandError::Failed { tail, .. } = failed else {
        return None;
    };
    let refused = |line: &&str| [" 403 ", " 404 ", " 410 "].iter().any(|code| line.contains(code));
    let line = tail.lines().find(refused)?;
    let word = line.split_whitespace().find(|word| word.contains("@v"))?;
    let (module, version) = word.trim_matches(['"', ':']).rsplit_once('@')?;
    Some((
        module.to_owned(),
        version.trim_end_matches("/go.mod").to_owned(),
        line.trim().to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{module::Pin, recipe::Recipe};

    fn failed(tail: &str) -> CommandError {
        CommandError::Failed {
            line: "go build".to_owned(),
            code: "exit status: 1".to_owned(),
            tail: tail.to_owned(),
        }
    }

    #[test]
    fn a_refused_version_names_module_version_and_line() {
        let said = "go: downloading example.com/fine v1.0.0\ngo: example.com/gone@v0.33.11: reading https://proxy.invalid/example.com/gone/@v/v0.33.11.zip: 403 Forbidden\n\tserver response: not available";
        let (module, version, line) = refused_module(&failed(said)).unwrap();
        assert_eq!((module.as_str(), version.as_str()), ("example.com/gone", "v0.33.11"));
        assert!(line.contains("403 Forbidden"));
    }

    #[test]
    fn a_refused_checksum_is_a_refusal_too() {
        let said = "main.go:3:1: example.com/x/v2@v2.1.0: verifying go.mod: example.com/x/v2@v2.1.0/go.mod: reading https://sum.invalid/lookup/x: 404 Not Found";
        let (module, version, _) = refused_module(&failed(said)).unwrap();
        assert_eq!((module.as_str(), version.as_str()), ("example.com/x/v2", "v2.1.0"));
    }

    #[test]
    fn a_compile_error_is_no_refusal() {
        assert_eq!(refused_module(&failed("main.go:404:2: undefined: x")), None);
    }

    #[test]
    fn the_error_tells_which_file_to_edit() {
        let error = ImageError::Refused {
            module: "example.com/gone".to_owned(),
            version: "v0.33.11".to_owned(),
            said: "403 Forbidden".to_owned(),
            go_mod: "kind/images/velero/go.mod".into(),
        };
        insta::assert_snapshot!(error.to_string(), @r"
        module `example.com/gone` v0.33.11 is not served by the module proxy: 403 Forbidden
        (hint: choose another published version in `kind/images/velero/go.mod`)
        ");
    }

    #[test]
    fn stamps_reach_the_linker_and_not_the_compiler() {
        let recipe: Recipe = toml::from_str("source = \"m\"\nexpected_s = 1\n[go]\npackages = [\".\"]\ntags = [\"netgo\"]\n[go.stamps]\n\"m/version.V\" = \"{version}\"\n").unwrap();
        let pin = Pin {
            module: "m".to_owned(),
            version: "v1.2.3".to_owned(),
            sum: String::new(),
        };
        let component = Component {
            name: "m".to_owned(),
            dir: "/x".into(),
            recipe: recipe.clone(),
            pin,
        };
        let line = go_command(&component, &recipe.go.unwrap(), Path::new("/out")).line();
        assert!(
            line.contains("-trimpath -buildvcs=false -ldflags -s -w -X m/version.V=v1.2.3 -o /out/ -tags netgo"),
            "{line}"
        );
    }
}
