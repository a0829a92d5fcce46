//! The page of a run in a real browser: light, dark, on a phone, on paper. Skipped where no Chromium is, and in CI.
//!
//! What is seen is kept in `target/pages/`, for eyes.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::place::Place;

/// A file that is there but holds nothing to see is smaller.
const LEAST_BYTES: u64 = 10_000;

fn browser() -> Option<&'static str> {
    if std::env::var_os("CI").is_some() {
        return None;
    }
    let is_there = |name: &&str| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|it| it.status.success())
    };
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(is_there)
}

/// Calls the browser without a window; what it logs.
fn call(name: &str, profile: &Path, more: &[&str], page: &Path) -> (String, String) {
    let output = Command::new(name)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args(["--enable-logging=stderr", "--hide-scrollbars"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(more)
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser was found");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr))
}

/// Where pictures are kept.
fn gallery() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("in the target folder");
    let gallery = target.join("pages");
    fs::create_dir_all(&gallery).expect("made");
    gallery
}

#[test]
fn page_opens_without_complaint_in_light_dark_narrow_and_on_paper() {
    let Some(name) = browser() else {
        println!("skipped: no Chromium here, or CI");
        return;
    };
    let place = Place::ready();
    place.run("plan night/scenario.toml night/rules.toml --name first", 0);
    let page = place.path("runs/first/report.html");
    let profile = place.path("profile");
    let gallery = gallery();
    for (shot, options) in [
        (
            "light",
            vec![
                "--window-size=1300,2400",
                "--blink-settings=preferredColorScheme=1",
            ],
        ),
        (
            "dark",
            vec![
                "--window-size=1300,2400",
                "--blink-settings=preferredColorScheme=0",
            ],
        ),
        (
            "phone",
            vec![
                "--window-size=500,2400",
                "--blink-settings=preferredColorScheme=1",
            ],
        ),
    ] {
        let file = gallery.join(format!("{shot}.png"));
        let _ = fs::remove_file(&file);
        let screenshot = format!("--screenshot={}", file.display());
        let options: Vec<&str> = options.into_iter().chain([screenshot.as_str()]).collect();
        let (_, log) = call(name, &profile, &options, &page);
        // The policy of the page has the browser tell of all that it would fetch or run.
        assert!(!log.contains("CONSOLE"), "{log}");
        assert!(
            fs::metadata(&file).expect("a picture").len() > LEAST_BYTES,
            "{shot}"
        );
    }
    let [light, dark] =
        ["light", "dark"].map(|it| fs::read(gallery.join(format!("{it}.png"))).expect("a picture"));
    assert!(light != dark, "dark is not light");
    let paper = gallery.join("paper.pdf");
    let _ = fs::remove_file(&paper);
    let print = format!("--print-to-pdf={}", paper.display());
    call(name, &profile, &["--no-pdf-header-footer", &print], &page);
    assert!(fs::metadata(&paper).expect("paper").len() > LEAST_BYTES);
    let (dom, _) = call(name, &profile, &["--dump-dom"], &page);
    assert!(dom.contains("id=\"s-start\"") && !dom.contains("<script"));
}

#[test]
fn a_page_that_would_fetch_is_told_by_the_browser() {
    let Some(name) = browser() else {
        println!("skipped: no Chromium here, or CI");
        return;
    };
    let place = Place::ready();
    place.run("plan night/scenario.toml --name first", 0);
    let page = place.text("runs/first/report.html");
    place.write(
        "spoilt.html",
        &page.replace(
            "<main",
            "<img src=\"x.png\"><script>document.title = 1</script><main",
        ),
    );
    let (_, log) = call(
        name,
        &place.path("profile"),
        &["--dump-dom"],
        &place.path("spoilt.html"),
    );
    assert!(
        log.contains("CONSOLE") && log.contains("Content Security Policy"),
        "the first test sees such a page: {log}"
    );
}
