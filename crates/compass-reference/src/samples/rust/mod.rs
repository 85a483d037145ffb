//! Samples in Rust, with `compass-sdk`: as programs to be read, and as a module that is compiled and run by tests. Both
//! have the same statements.

mod event;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::{EVENT, Samples, WEBHOOK, annotation, source_id, untold};
use crate::error::Error;
use crate::example::Example;
use crate::schema::Field;

/// What a sample says.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// What it uses, by module of `compass_sdk` (empty for its root).
    uses: BTreeMap<&'static str, BTreeSet<String>>,
    statements: String,
    is_webhook: bool,
}

const RESULT: &str = "Result<(), Box<dyn std::error::Error>>";

impl Sample {
    fn of(statements: String) -> Self {
        Self { uses: BTreeMap::new(), statements, is_webhook: false }.using("", "Compass")
    }

    fn using(mut self, module: &'static str, name: impl Into<String>) -> Self {
        self.uses.entry(module).or_default().insert(name.into());
        self
    }

    fn uses(&self) -> String {
        let line = |(module, names): (&&str, &BTreeSet<String>)| {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let path = if module.is_empty() { String::new() } else { format!("::{module}") };
            match names[..] {
                [name] => format!("use compass_sdk{path}::{name};\n"),
                _ => format!("use compass_sdk{path}::{{{}}};\n", names.join(", ")),
            }
        };
        // The root comes last, as rustfmt has it.
        let (root, modules): (Vec<_>, Vec<_>) = self.uses.iter().partition(|(module, _)| module.is_empty());
        modules.into_iter().chain(root).map(line).collect()
    }

    /// A program.
    pub(crate) fn program(&self) -> String {
        let id = if self.is_webhook { "let webhook_id = &std::env::var(\"COMPASS_WEBHOOK_ID\")?;" } else { "" };
        let main = format!(
            "#[tokio::main] async fn main() -> {RESULT} {{ let compass = Compass::from_env()?; {id} {} Ok(()) }}",
            self.statements
        );
        formatted(&self.uses(), &main)
    }

    fn function(&self) -> String {
        let id = if self.is_webhook { ", webhook_id: &str" } else { "" };
        let statements = &self.statements;
        let function = format!("pub(crate) async fn run(compass: &Compass{id}) -> {RESULT} {{ {statements} Ok(()) }}");
        formatted(&self.uses(), &function)
    }
}

/// Both parts as the generated client is formatted, and a blank line between them.
fn formatted(uses: &str, function: &str) -> String {
    let format = |text: &str| match syn::parse_file(text) {
        Ok(file) => prettyplease::unparse(&file),
        // A sample that is no Rust is shown as it is, and does not compile: the tests say where.
        Err(_) => text.to_owned(),
    };
    format!("{}\n{}", format(uses), format(function))
}

/// The sample of an example; `fields` are those of its variant.
pub(super) fn sample(example: &Example, fields: &[Field]) -> Result<Sample, Error> {
    match &*example.operation {
        EVENT => event::sample(example, fields),
        "insertMetricValue" => metric(example),
        "uploadAPISpec" => Ok(of_component(example, "compass.api_specs(&component).upload(FILE).await?;")),
        "deleteAPISpec" => Ok(of_component(example, "compass.api_specs(&component).delete().await?;")),
        "uploadLockFile" => {
            let (source, url) = (text(&source_id(example)?), text(example.parameter("baseSourceUrl")));
            let upload = format!(
                "let url = {url}.parse()?; compass.lock_files(&component).upload({source}, &url, FILE).await?;"
            );
            Ok(of_component(example, &upload))
        }
        "deleteLockFile" => {
            let source = text(&source_id(example)?);
            Ok(of_component(example, &format!("compass.lock_files(&component).delete({source}).await?;")))
        }
        "getAttachment" => Ok(of_attachment(
            example,
            "let attachment = attachments.get(KEY).await?; println!(\"{}\", attachment.url);",
        )),
        "uploadAttachment" => Ok(of_attachment(
            example,
            "let attachment = attachments.upload(KEY, FILE).await?; println!(\"{}\", attachment.url);",
        )),
        "deleteAttachment" => Ok(of_attachment(example, "attachments.delete(KEY).await?;")),
        WEBHOOK => {
            let payload = format!("{:#}", example.body.as_ref().unwrap_or(&Value::Null));
            let payload = json(&payload.replace('\n', "\n        "));
            let statements =
                format!("let payload = {payload}; compass.webhooks().invoke(webhook_id, &payload).await?;");
            Ok(Sample { is_webhook: true, ..Sample::of(statements) })
        }
        "evaluateEntitlements" => {
            let names = example.body.as_ref().and_then(|body| body["entitlements"].as_array()).into_iter().flatten();
            let names: Vec<_> = names.filter_map(Value::as_str).map(text).collect();
            Ok(Sample::of(format!(
                "let evaluated = compass.entitlements().evaluate([{}]).await?; \
                 for (name, result) in &evaluated.entitlements {{ println!(\"{{name}}: {{result:?}}\"); }}",
                names.join(", ")
            )))
        }
        _ => Err(untold(example)),
    }
}

/// Statements about a component. `FILE` in them is the file to upload.
fn of_component(example: &Example, statements: &str) -> Sample {
    let component = text(example.component.as_deref().unwrap_or_default());
    let file = example.file.as_ref().map(|file| format!("Upload::path({})", text(&file.name)));
    let statements = statements.replace("FILE", &file.clone().unwrap_or_default());
    let sample = Sample::of(format!("let component: ComponentAri = {component}.parse()?; {statements}"));
    let sample = sample.using("ari", "ComponentAri");
    if file.is_some() { sample.using("", "Upload") } else { sample }
}

/// Statements about an attachment. `KEY` in them is its key.
fn of_attachment(example: &Example, statements: &str) -> Sample {
    let (app, key) = (text(example.parameter("forgeAppId")), text(example.parameter("key")));
    let statements = statements.replace("KEY", &key);
    of_component(example, &format!("let attachments = compass.attachments(&component, {app}); {statements}"))
}

fn metric(example: &Example) -> Result<Sample, Error> {
    let mut sample = Sample::of(String::new()).using("", "Metric");
    let mut setters = String::new();
    let mut ids = Vec::new();
    for (name, value) in example.body.iter().filter_map(Value::as_object).flatten() {
        let literal = value.as_str().map(text);
        match (&**name, &literal) {
            ("metricSourceId" | "metricDefinitionId" | "componentId", Some(id)) => {
                let (variable, ari) = match &**name {
                    "metricSourceId" => ("source", "MetricSourceAri"),
                    "metricDefinitionId" => ("definition", "MetricDefinitionAri"),
                    _ => ("component", "ComponentAri"),
                };
                sample.statements.push_str(&format!("let {variable}: {ari} = {id}.parse()?;"));
                sample = sample.using("ari", ari);
                ids.push(variable);
            }
            ("annotation", Some(_)) => {
                let document = annotation(example, value.as_str().unwrap_or_default())?;
                setters.push_str(&format!(".annotation({})", json(&document.to_string())));
            }
            ("timestamp" | "url", Some(literal)) => setters.push_str(&format!(".{name}({literal}.parse()?)")),
            (name, Some(literal)) => setters.push_str(&format!(".{}({literal})", name.to_snake_case())),
            (name, None) => setters.push_str(&format!(".{}({})", name.to_snake_case(), number(value, true))),
        }
    }
    let target = match ids[..] {
        [id] => id.to_owned(),
        _ => format!("({})", ids.join(", ")),
    };
    sample.statements.push_str(&format!(
        "let metric = Metric::builder().target({target}){setters}.build()?; \
         let recorded = compass.metrics().insert(&metric).await?; \
         println!(\"{{}} at {{}}\", recorded.value, recorded.timestamp);"
    ));
    Ok(sample)
}

/// A text as a literal.
fn text(text: &str) -> String {
    format!("{text:?}")
}

/// A number as a literal, with a mark at each thousand.
fn number(value: &Value, is_float: bool) -> String {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').map_or((&*text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits: Vec<char> = whole.chars().collect();
    let mut marked = String::new();
    for (place, digit) in digits.iter().enumerate() {
        let left = digits.len() - place;
        if place > 0 && left.is_multiple_of(3) && digits[place - 1].is_ascii_digit() {
            marked.push('_');
        }
        marked.push(*digit);
    }
    match fraction {
        Some(fraction) => format!("{marked}.{fraction}"),
        None if is_float => format!("{marked}.0"),
        None => marked,
    }
}

/// A JSON document as an expression.
fn json(text: &str) -> String {
    format!("serde_json::from_str(r#\"{text}\"#)?")
}

/// The module with all samples.
pub(crate) fn module(samples: &[Samples], command: &str) -> BTreeMap<String, String> {
    let note = format!("// @generated from the contract and the examples by `{command}`. Do not edit.\n");
    let name = |samples: &Samples| samples.example.key().to_snake_case();
    let mut files: BTreeMap<_, _> = samples
        .iter()
        .map(|samples| (format!("{}.rs", name(samples)), format!("{note}\n{}", samples.rust.function())))
        .collect();
    let modules: String = samples.iter().map(|samples| format!("mod {};\n", name(samples))).collect();
    let calls: String = samples
        .iter()
        .map(|samples| {
            let id = if samples.rust.is_webhook { ", webhook_id" } else { "" };
            format!("{:?} => {}::run(compass{id}).await,", samples.example.key(), name(samples))
        })
        .collect();
    let keys: Vec<_> = samples.iter().map(|samples| format!("{:?}", samples.example.key())).collect();
    let list = format!(
        "use compass_sdk::Compass;\n/// What the samples are called, in the order of the contract.\n\
         pub(crate) const SAMPLES: [&str; {}] = [{}];",
        keys.len(),
        keys.join(", "),
    );
    let run = format!(
        "/// Runs a sample.\npub(crate) async fn run(sample: &str, compass: &Compass, webhook_id: &str) -> {RESULT} \
         {{ match sample {{ {calls} other => Err(format!(\"there is no sample {{other}}\").into()) }} }}"
    );
    let docs = "//! The Rust samples of the reference, as they stand on its pages.\n\n";
    files.insert("mod.rs".to_owned(), format!("{note}{docs}{modules}\n{}", formatted(&list, &run)));
    files
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn numbers_have_marks_and_floats_a_point() {
        let cases = [(json!(42), false, "42"), (json!(42), true, "42.0"), (json!(-1234.5), true, "-1_234.5")];
        for (value, is_float, literal) in cases {
            assert_eq!(super::number(&value, is_float), literal);
        }
        assert_eq!(super::number(&json!(1_788_264_420_000_i64), false), "1_788_264_420_000");
        assert_eq!(super::number(&json!(-123), false), "-123");
    }
}
