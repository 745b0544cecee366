// SPDX-License-Identifier: Apache-2.0
// The page in headless Chromium: parses as XML, logs no error, fits a phone, is readable in light and dark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "apprentice/base/files.h"
#include "tests/report/comparison_sample.h"
#include "tests/report/sample.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[4096];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, count);
  ::pclose(pipe);
  return output;
}

bool has_chromium() { return std::system("command -v chromium >/dev/null 2>&1") == 0; }

enum class Scheme { kDark = 0, kLight = 1 };

class Browser {
 public:
  // What the browser prints; its log, with the console's messages, lies in "log".
  std::string open(const std::string& file, Scheme scheme, const std::string& more) const {
    return run(
        "timeout 90 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --enable-logging=stderr "
        "--allow-file-access-from-files --user-data-dir=" +
        scratch.path("profile") + " --blink-settings=preferredColorScheme=" + std::to_string(static_cast<int>(scheme)) +
        " " + more + " file://" + scratch.path(file) + " 2>" + scratch.path("log"));
  }
  void write(const std::string& file, const std::string& text) const {
    ASSERT_TRUE(write_file(scratch.path(file), text));
  }
  uintmax_t picture_bytes(const std::string& page, Scheme scheme) const {
    const std::string picture = scratch.path("picture.png");
    std::error_code ignored;
    std::filesystem::remove(picture, ignored);
    open(page, scheme, "--window-size=1180,2400 --screenshot=" + picture);
    return std::filesystem::exists(picture) ? std::filesystem::file_size(picture) : 0;
  }

  const test::Scratch scratch;
};

// Loads every page in a frame as wide as a phone and writes one line of findings per page. Contrast: WCAG 2.1, the
// least of all elements that hold text, against the nearest opaque background.
constexpr const char* kExaminer = R"js(<!DOCTYPE html><html><body><pre id="out"></pre>%FRAMES%<script>
const linear = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const numbers = text => (text.match(/[\d.]+/g) || []).map(Number);
const light = rgb => 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
function background(view, node) {
  for (; node; node = node.parentElement) {
    const rgb = numbers(view.getComputedStyle(node).backgroundColor);
    if (view.getComputedStyle(node).backgroundColor.startsWith('rgb') && (rgb.length < 4 || rgb[3] === 1)) return rgb;
  }
  return [255, 255, 255];
}
function leastContrast(view, doc) {
  let least = 99, where = '';
  for (const node of doc.querySelectorAll('p,dt,dd,th,td,small,figcaption,summary,li,h1,h2,footer,svg text:not(.cell)')) {
    if (!node.textContent.trim() || (node.closest('details:not([open])') && node.tagName !== 'SUMMARY')) continue;
    const style = view.getComputedStyle(node);
    const ink = light(numbers(node.ownerSVGElement ? style.fill : style.color)), paper = light(background(view, node));
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (contrast < least) { least = contrast; where = node.tagName + '.' + node.getAttribute('class'); }
  }
  return [least, where];
}
function examine(frame) {
  const doc = frame.contentDocument, view = frame.contentWindow, ids = [...doc.querySelectorAll('[id]')].map(n => n.id);
  const flat = [...doc.querySelectorAll('figure svg[role=img]')].filter(
    s => !s.closest('details:not([open])') && s.getBoundingClientRect().height < 20).length;
  const [contrast, where] = leastContrast(view, doc);
  const paper = light(numbers(view.getComputedStyle(doc.body).backgroundColor));
  return `${frame.name}: parser=${doc.getElementsByTagName('parsererror').length} scripts=${doc.scripts.length} ` +
    `requests=${view.performance.getEntriesByType('resource').length} flat=${flat} ` +
    `double_ids=${ids.length - new Set(ids).size} overflow=${Math.max(0, doc.documentElement.scrollWidth - 390)} ` +
    `unnamed=${[...doc.querySelectorAll('svg[role=img]')].filter(s => !s.querySelector('title').textContent).length} ` +
    `readable=${contrast >= 4.5 ? 'yes' : 'no ' + contrast.toFixed(2) + ' ' + where} ` +
    `paper=${paper > 0.8 ? 'light' : paper < 0.05 ? 'dark' : paper} drawings=${doc.querySelectorAll('svg[role=img]').length}\n`;
}
onload = () => { document.getElementById('out').textContent = [...document.querySelectorAll('iframe')].map(examine).join(''); };
</script></body></html>)js";

std::string examiner(const std::vector<std::string>& pages) {
  std::string frames;
  for (const std::string& page : pages) {
    frames += "<iframe name=\"" + page + "\" src=\"" + page +
              ".xhtml\" style=\"width:390px;height:800px;border:0\"></iframe>";
  }
  std::string text = kExaminer;
  return text.replace(text.find("%FRAMES%"), 8, frames);
}

class PageInBrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_chromium()) GTEST_SKIP() << "chromium is not installed";
    add("ten", test::classification_sample(test::bearing_classes()));
    report::ReportData leaky = test::classification_sample(test::process_classes());
    leaky.provenance.leak_warning = "3 recordings are on both sides of the split";
    leaky.gains.front().interval = {-0.02, -0.03, -0.01};
    leaky.baselines = {{"majority",
                        "Commonest class",
                        "",
                        900,
                        22,
                        "numbers",
                        report::ReportBaseline::Shares{0.1, 0.05, 0.01},
                        {},
                        {}},
                       {"boosted_statistics",
                        "Boosted trees on window statistics",
                        "4400 trees of depth 6",
                        900,
                        91234,
                        "nodes",
                        report::ReportBaseline::Shares{0.99, 0.98, 0.98},
                        {},
                        {0.1, 0.05, 0.15}}};
    add("leaky", leaky);
    add("regression", test::regression_sample());
    report::ReportData bare = test::classification_sample({"<script>document.body.remove()</script>", "b]]>", "&c"});
    bare.models.resize(2);
    bare.gains.clear();
    bare.device.reset();
    add("bare", bare);
    add("empty", report::ReportData{});
    add("methods", test::comparison_sample(12));
    add("life", test::regression_comparison());
    add("nothing", report::ComparisonData{});
    add_page("hall", report::render_hall_html(test::hall_sample()));
    add_page("no_hall", report::render_hall_html(report::HallReport{}));
  }
  // A report, or a comparison of methods.
  template <typename Data>
  void add(const std::string& name, const Data& data) {
    add_page(name, report::render_html(data));
  }
  void add_page(const std::string& name, const std::string& page) {
    pages_.push_back(name);
    browser_.write(name + ".html", page);
    browser_.write(name + ".xhtml", page);  // the XML parser accepts no mistake
  }
  void expect_good(Scheme scheme, const char* paper) {
    browser_.write("examiner.html", examiner(pages_));
    const std::string output = browser_.open("examiner.html", scheme, "--virtual-time-budget=20000 --dump-dom");
    const size_t start = output.find("<pre id=\"out\">"), end = output.find("</pre>");
    ASSERT_NE(end, std::string::npos);
    const std::string findings = output.substr(start, end - start);
    for (const std::string& page : pages_) {
      EXPECT_THAT(findings, HasSubstr(page +
                                      ": parser=0 scripts=0 requests=0 flat=0 double_ids=0 overflow=0 unnamed=0 "
                                      "readable=yes paper=" +
                                      paper));
    }
    EXPECT_THAT(findings, HasSubstr("drawings=18"));   // page "ten": none is lost
    EXPECT_THAT(findings, HasSubstr("drawings=3\n"));  // page "methods"
    EXPECT_THAT(findings, testing::ContainsRegex("hall: [^:]*drawings=4"));
    EXPECT_THAT(console_lines(), IsEmpty());
  }

  // Errors and warnings that the pages caused.
  std::vector<std::string> console_lines() const {
    std::vector<std::string> lines;
    std::ifstream log(browser_.scratch.path("log"));
    for (std::string line; std::getline(log, line);) {
      if (line.find("CONSOLE") != std::string::npos) lines.push_back(line);
    }
    return lines;
  }

  Browser browser_;
  std::vector<std::string> pages_;
};

TEST_F(PageInBrowser, ParsesFitsAPhoneAndIsReadableInLight) { expect_good(Scheme::kLight, "light"); }

TEST_F(PageInBrowser, ParsesFitsAPhoneAndIsReadableInDark) { expect_good(Scheme::kDark, "dark"); }

TEST_F(PageInBrowser, PaintsMoreThanABlankPage) {
  browser_.write("blank.html", "<!DOCTYPE html><html><body></body></html>");
  const uintmax_t blank = browser_.picture_bytes("blank.html", Scheme::kLight);
  ASSERT_GT(blank, 0U);
  EXPECT_GT(browser_.picture_bytes("ten.html", Scheme::kLight), 8 * blank);
  EXPECT_GT(browser_.picture_bytes("ten.html", Scheme::kDark), 8 * blank);
  EXPECT_GT(browser_.picture_bytes("methods.html", Scheme::kDark), 8 * blank);
}

}  // namespace
}  // namespace apprentice
