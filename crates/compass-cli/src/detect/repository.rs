//! Repositories, from the forms in which remotes are written.

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    /// The host, with the port where the page has one; unknown where only a path was told.
    pub(crate) host: Option<String>,
    /// Owner and name, as `acme/shop`; with all groups on GitLab, with organization and project on Azure DevOps.
    pub(crate) path: String,
    /// The repository's page, without credentials.
    pub(crate) url: Option<String>,
}

impl Repository {
    /// Reads a URL, a remote as git takes them, or a path such as `acme/shop`. Directories, bundles and other remotes
    /// without a host are no repository that anybody else knows.
    ///
    /// The page's URL is a guess for remotes that are no page's URL: `https`, the host, and the path as GitHub, GitLab,
    /// Bitbucket and Azure DevOps have it. A port of SSH is not that of the page, and is left out.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return None;
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let (host, rest) = authority(rest)?;
            let host = host.to_ascii_lowercase();
            let path = rest.split(['?', '#']).next()?;
            return match scheme.to_ascii_lowercase().as_str() {
                "http" => Self::at("http", &host, path),
                "https" => Self::at("https", &host, path),
                "ssh" | "git" | "git+ssh" | "ssh+git" => Self::at("https", without_port(&host), path),
                _ => None,
            };
        }
        match text.split_once(':') {
            // `C:\shop` and `C:/shop` are directories; so is `./a:b`.
            // With an `@` behind the colon it is a user's password, in a form that git would not take.
            Some((authority, path)) if authority.len() > 1 && !path.contains('@') => {
                Self::at("https", &without_user(authority).to_ascii_lowercase(), path)
            }
            Some(_) => None,
            None => Self::of_path(text),
        }
    }

    /// A path without a host.
    fn of_path(text: &str) -> Option<Self> {
        let relative = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        let owned = relative && text.contains('/') && !text.contains(['\\', '~']);
        owned.then(|| Self { host: None, path: without_suffix(text).to_owned(), url: None })
    }

    fn at(scheme: &str, host: &str, path: &str) -> Option<Self> {
        let path = without_suffix(path.trim_matches('/'));
        if !is_host(host) || path.is_empty() {
            return None;
        }
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let (host, path, page) = azure(host, &segments)
            .or_else(|| bitbucket_server(host, &segments))
            .unwrap_or_else(|| (host.to_owned(), segments.join("/"), segments.join("/")));
        Some(Self { url: Some(format!("{scheme}://{host}/{page}")), host: Some(host), path })
    }
}

/// Host, path and page's path of a repository in Azure DevOps, which has one name for each of:
///
/// - `dev.azure.com/<organization>/<project>/_git/<repository>`,
/// - `<organization>.visualstudio.com/<project>/_git/<repository>`, with `DefaultCollection` in front at times,
/// - `ssh.dev.azure.com:v3/<organization>/<project>/<repository>`,
/// - `vs-ssh.visualstudio.com:v3/<organization>/<project>/<repository>`.
///
/// The project is left out where it has the repository's name. A server of one's own has a collection for the
/// organization, and keeps its host.
fn azure(host: &str, segments: &[&str]) -> Option<(String, String, String)> {
    const CLOUD: &str = "dev.azure.com";
    if let ("ssh.dev.azure.com" | "vs-ssh.visualstudio.com", ["v3", organization, project, repository]) =
        (host, segments)
    {
        return Some(azure_names(CLOUD, &[organization], project, repository));
    }
    let at = segments.iter().position(|segment| *segment == "_git")?;
    let (before, [repository]) = (&segments[..at], &segments[at + 1..]) else { return None };
    if let Some(organization) = host.strip_suffix(".visualstudio.com") {
        let before = before.strip_prefix(&["DefaultCollection"]).unwrap_or(before);
        let project = before.first().unwrap_or(repository);
        return Some(azure_names(CLOUD, &[organization], project, repository));
    }
    match before {
        [] => None,
        [organization] => Some(azure_names(host, &[organization], repository, repository)),
        [owners @ .., project] => Some(azure_names(host, owners, project, repository)),
    }
}

fn azure_names(host: &str, owners: &[&str], project: &str, repository: &str) -> (String, String, String) {
    let owners = owners.join("/");
    let path = format!("{owners}/{project}/{repository}");
    (host.to_owned(), path, format!("{owners}/{project}/_git/{repository}"))
}

/// Host, path and page's path of a repository in Bitbucket Server or Data Center, cloned over HTTP: `/scm/` stands in
/// front of project and repository. Over SSH nothing tells it from others.
fn bitbucket_server(host: &str, segments: &[&str]) -> Option<(String, String, String)> {
    let ["scm", project, repository] = segments else { return None };
    let page = match project.strip_prefix('~') {
        Some(user) => format!("users/{user}/repos/{repository}"),
        None => format!("projects/{project}/repos/{repository}"),
    };
    Some((host.to_owned(), format!("{project}/{repository}"), page))
}

/// Host and port of what follows a scheme, without user name and password, and the rest. Of several `@` the last one
/// counts: a password may have one. With one in the rest as well, the password may go on there, and all is refused.
fn authority(text: &str) -> Option<(&str, &str)> {
    let (authority, rest) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let host = without_user(authority);
    let clear = host.len() == authority.len() || !rest.contains('@');
    (is_host(host) && clear).then_some((host, rest))
}

fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Whether this may be a host, with or without a port. What stands in front of a password with an unencoded slash in it
/// looks like a host as well, but for its "port".
fn is_host(text: &str) -> bool {
    let host = without_port(text);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => !address.is_empty() && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.'),
        None => !host.is_empty() && host.chars().all(plain),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => host,
    }
}

fn without_suffix(path: &str) -> &str {
    path.strip_suffix(".git").unwrap_or(path)
}

/// An `http` or `https` URL without user name and password, and with what browsers would skip encoded.
pub(super) fn web_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return None;
    }
    let (host, path) = authority(rest)?;
    let mut url = format!("{scheme}://{host}");
    for c in path.chars() {
        match c {
            ' ' => url.push_str("%20"),
            c if c.is_ascii_control() => url.push_str(&format!("%{:02X}", u32::from(c))),
            c => url.push(c),
        }
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::{Repository, web_url};

    /// The path, and the page's URL or a dash.
    fn read(text: &str) -> Option<(String, String)> {
        Repository::parse(text).map(|found| (found.path, found.url.unwrap_or_else(|| "-".to_owned())))
    }

    #[track_caller]
    fn same(texts: &[&str], path: &str, url: &str) {
        for text in texts {
            assert_eq!(read(text), Some((path.to_owned(), url.to_owned())), "{text}");
        }
    }

    #[test]
    fn remotes_of_one_repository_are_one_repository() {
        let texts = [
            "https://github.com/acme/shop",
            "https://GitHub.com/acme/shop.git",
            "https://x-access-token:ghs_secret@github.com/acme/shop.git",
            "https://user:p@ss@github.com/acme/shop/",
            "git@github.com:acme/shop.git",
            "github.com:acme/shop",
            "ssh://git@github.com/acme/shop.git",
            "ssh://git@github.com:22/acme/shop.git",
            "git://github.com/acme/shop.git",
        ];
        same(&texts, "acme/shop", "https://github.com/acme/shop");
    }

    #[test]
    fn groups_may_be_nested() {
        let texts = ["git@gitlab.example.com:acme/web/shop.git", "https://gitlab.example.com/acme/web/shop"];
        same(&texts, "acme/web/shop", "https://gitlab.example.com/acme/web/shop");
        same(&["http://git.example.com:3000/a/b.git"], "a/b", "http://git.example.com:3000/a/b");
    }

    #[test]
    fn azure_devops_has_one_name_for_its_forms() {
        let texts = [
            "https://dev.azure.com/acme/web/_git/shop",
            "https://acme@dev.azure.com/acme/web/_git/shop",
            "git@ssh.dev.azure.com:v3/acme/web/shop",
            "https://acme.visualstudio.com/web/_git/shop",
            "https://acme.visualstudio.com/DefaultCollection/web/_git/shop",
            "acme@vs-ssh.visualstudio.com:v3/acme/web/shop",
        ];
        same(&texts, "acme/web/shop", "https://dev.azure.com/acme/web/_git/shop");
        let texts = ["https://dev.azure.com/acme/_git/shop", "https://acme.visualstudio.com/_git/shop"];
        same(&texts, "acme/shop/shop", "https://dev.azure.com/acme/shop/_git/shop");
        let url = "https://tfs.example.com/tfs/Default/web/_git/shop";
        same(&[url], "tfs/Default/web/shop", url);
    }

    #[test]
    fn bitbucket_server_has_pages_elsewhere() {
        let page = "https://git.example.com/projects/ACME/repos/shop";
        same(&["https://git.example.com/scm/ACME/shop.git"], "ACME/shop", page);
        let page = "https://git.example.com/users/ada/repos/shop";
        same(&["https://git.example.com/scm/~ada/shop.git"], "~ada/shop", page);
        same(&["ssh://git@git.example.com:7999/acme/shop.git"], "acme/shop", "https://git.example.com/acme/shop");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2000, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default()
        })]

        /// Slashes and the like belong encoded, but nobody checks what a job puts into a remote.
        #[test]
        fn no_password_is_left(
            scheme in prop::sample::select(vec!["https://", "http://", "ssh://", "git://", "HTTPS://", ""]),
            before in "[!-~]{0,3}",
            after in "[!-~]{0,3}",
            rest in prop::sample::select(vec!["github.com/acme/shop.git", "github.com:acme/shop", "[::1]:8080/a/b"]),
        ) {
            // A letter in front: a password of digits up to a slash cannot be told from a port.
            let text = format!("{scheme}ada:x{before}S3CRET{after}@{rest}");
            let shown = format!("{:?} {:?}", Repository::parse(&text), web_url(&text)).to_ascii_uppercase();
            prop_assert!(!shown.contains("S3CRET"), "{text}: {shown}");
        }
    }

    #[test]
    fn addresses_are_hosts() {
        same(&["http://[::1]:3000/a/b.git"], "a/b", "http://[::1]:3000/a/b");
        same(&["ssh://git@[fe80::1]:22/a/b.git"], "a/b", "https://[fe80::1]/a/b");
    }

    #[test]
    fn a_path_alone_has_no_host() {
        same(&["acme/shop", "acme/shop.git"], "acme/shop", "-");
    }

    #[test]
    fn directories_are_no_repository() {
        let texts = [
            "",
            "shop",
            "/srv/git/shop.git",
            "../shop",
            "./a:b",
            "C:\\git\\shop",
            "C:/git/shop",
            "~/shop",
            "file:///srv/git/shop.git",
            "https://github.com",
            "https://github.com/",
            "https:///acme/shop",
            "https://a host/acme/shop",
            "ada:secret@github.com:acme/shop",
        ];
        for text in texts {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn pages_lose_user_names_and_passwords_wherever_they_are() {
        for (text, url) in [
            ("https://user:token@ci.example.com/job/a b/7", "https://ci.example.com/job/a%20b/7"),
            ("https://ci.example.com/a?b=c@d", "https://ci.example.com/a?b=c@d"),
            ("https://token@ci.example.com?a=b", "https://ci.example.com?a=b"),
            ("HTTPS://a:b@c@ci.example.com", "https://ci.example.com"),
            ("http://ci.example.com:8080/a\tb#c", "http://ci.example.com:8080/a%09b#c"),
        ] {
            assert_eq!(web_url(text).as_deref(), Some(url));
        }
        for text in
            ["", "ci.example.com", "javascript://a", "https://", "https://user@/a", "/job/7", "https://a:b@c/d@e/f"]
        {
            assert_eq!(web_url(text), None, "{text}");
        }
    }
}
