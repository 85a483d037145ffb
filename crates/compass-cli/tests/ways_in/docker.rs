//! The Dockerfile, as far as it can be checked without a container engine.

use crate::yaml::{text, top};

/// The instructions of a Dockerfile, each with its arguments.
fn instructions(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split_once(' ').unwrap()).map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect()
}

/// The stages by name, each with the image that it begins with.
fn stages(instructions: &[(String, String)]) -> Vec<(&str, &str)> {
    let from = instructions.iter().filter(|(name, _)| name == "FROM");
    from.map(|(_, rest)| rest.split_once(" AS ").map_or((rest.as_str(), ""), |(image, stage)| (image, stage)))
        .map(|(image, stage)| (stage, image))
        .collect()
}

#[test]
fn the_compiler_is_the_one_that_the_manifest_asks_for() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let version = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    let instructions = instructions(&text("Dockerfile"));
    assert!(instructions.contains(&("ARG".to_owned(), format!("RUST={version}"))), "{instructions:?}");
}

#[test]
fn every_image_is_one_that_is_built_here_or_pinned_to_a_version() {
    let instructions = instructions(&text("Dockerfile"));
    let stages = stages(&instructions);
    assert_eq!(stages.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["build", "job", "pipe", "program"]);
    for (place, (_, image)) in stages.iter().enumerate() {
        let is_earlier = stages[..place].iter().any(|(name, _)| name == image);
        let tag = image.split_once(':').map(|(_, tag)| tag);
        assert!(is_earlier || *image == "scratch" || tag.is_some_and(|tag| tag.starts_with("${")), "{image}");
    }
    assert_eq!(stages.last(), Some(&("program", "scratch")));
}

#[test]
fn every_image_has_certificate_authorities_and_the_program_and_nothing_is_copied_that_is_not_there() {
    let file = text("Dockerfile");
    for stage in file.split("\nFROM ").skip(2) {
        let authorities = "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt";
        assert!(stage.starts_with("job AS") || stage.contains(authorities), "{stage}");
        assert!(
            stage.starts_with("job AS") || stage.contains("COPY --from=build /src/target/dist/compass "),
            "{stage}"
        );
    }
    for (_, rest) in instructions(&file).iter().filter(|(name, rest)| name == "COPY" && !rest.starts_with("--from")) {
        let (source, _) = rest.split_once(' ').unwrap();
        assert!(top().join(source).exists(), "{source}");
    }
    // The build needs each manifest of the workspace, and what is left out has none.
    for left_out in text(".dockerignore").lines().filter(|line| !line.starts_with('#')) {
        assert!([".git", "**/target", "docs", "*.md"].contains(&left_out), "{left_out}");
    }
}

#[test]
fn what_the_images_start_is_in_them() {
    let file = text("Dockerfile");
    for path in ["/compass", "/usr/local/lib/compass/report.sh"] {
        let copied =
            file.lines().filter(|line| line.starts_with("COPY") && line.ends_with(&format!(" {path}"))).count();
        let started =
            file.lines().filter(|line| line.starts_with("ENTRYPOINT") && line.contains(&format!("\"{path}\""))).count();
        assert_eq!((copied, started), (1, 1), "{path}");
    }
}
