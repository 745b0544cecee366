// SPDX-License-Identifier: Apache-2.0
// The page and the terminal table as text: escaping, well-formedness, missing parts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <regex>
#include <sstream>

#include "apprentice/report/format.h"
#include "apprentice/report/report.h"
#include "apprentice/report/svg.h"
#include "tests/report/sample.h"

namespace apprentice {

using report::render_html;
using report::ReportData;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A page is too long to print where it does not hold what it should.
int64_t circles(const std::string& page, const std::string& id) {
  const size_t start = page.find("id=\"" + id + "-t\"");
  if (start == std::string::npos) return -1;
  const size_t end = page.find("</svg>", start);
  int64_t count = 0;
  for (size_t at = page.find("<circle", start); at < end; at = page.find("<circle", at + 1)) count += 1;
  return count;
}

bool holds(const std::string& page, const std::string& text) { return page.find(text) != std::string::npos; }

// Every tag that opens closes in order; "" when so. (The browser test parses in earnest.)
std::string unbalanced(const std::string& page) {
  std::vector<std::string> open;
  size_t at = page.find("<html");
  while ((at = page.find('<', at)) != std::string::npos) {
    const size_t end = page.find('>', at);
    if (end == std::string::npos) return "a tag that never ends";
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n/", 1) - (tag[0] == '/' ? 1 : 0));
    at = end;
    if (tag.back() == '/') continue;
    if (tag[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " never closes";
}

std::string hostile(const char* where) {
  return std::string("<script>alert('") + where + "')</script>\"&\x01\xFF\x1B[31m\u202E";
}

ReportData hostile_sample() {
  ReportData report = test::classification_sample({hostile("class 0"), "]]>", "<!--", "&lt;", "' onload='x"});
  report.job = hostile("job");
  report.notes = {hostile("note")};
  report.layers = {{hostile("layer"), hostile("kind"), 1, 1, 1}};
  report.device->name = hostile("device");
  report.device->summary = hostile("summary");
  report.provenance.leak_warning = hostile("leak");
  report.provenance.split = hostile("split");
  report.provenance.resolved_job = {{hostile("key"), hostile("value")}};
  report.provenance.fingerprints = {{hostile("name"), hostile("print")}};
  report.validation_metric_name = hostile("metric");
  for (report::ReportModel& model : report.models) model.title = model.detail = hostile("model");
  report.models[3].on_device->latency_us.basis = hostile("basis");
  report.models[3].on_device->over_budget = {hostile("budget")};
  for (report::ReportGain& gain : report.gains) gain.unit_name = hostile("unit");
  return report;
}

TEST(Page, IsWellFormedAndAsksNothingOfTheNetwork) {
  for (const ReportData& report :
       {test::classification_sample(test::bearing_classes()), test::classification_sample(test::process_classes()),
        test::regression_sample(), ReportData{}, hostile_sample()}) {
    const std::string page = render_html(report);
    EXPECT_EQ(unbalanced(page), "");
    EXPECT_TRUE(holds(page, "default-src 'none'"));
    for (const char* request : {"<script", "<link", "<img", "<iframe", "@import", "url(", " src=", " href="}) {
      EXPECT_FALSE(holds(page, request)) << request;
    }
  }
}

TEST(Page, EscapesEveryTextFromOutside) {
  const std::string page = render_html(hostile_sample());
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;class 0&#39;)&lt;/script&gt;"));
  for (const char* where : {"job", "note", "device", "leak", "split", "key", "value", "print", "metric", "model",
                            "basis", "budget", "unit"}) {
    EXPECT_THAT(page, HasSubstr(std::string("alert(&#39;") + where)) << where;
  }
  for (const char* raw : {"<script", "\x01", "\xFF", "\x1B", "\u202E", "<!--"}) EXPECT_FALSE(holds(page, raw));
}

TEST(Page, ShowsALeakAndAnUnprovenGainAboveEverything) {
  ReportData report = test::classification_sample(test::bearing_classes());
  report.provenance.leak_warning = "3 recordings are on both sides";
  report.gains.front().interval = {0.001, -0.01, 0.01};
  const std::string page = render_html(report);
  const size_t warning = page.find("class=\"warning\""), headline = page.find("class=\"headline\"");
  ASSERT_NE(warning, std::string::npos);
  EXPECT_LT(warning, headline);
  EXPECT_TRUE(holds(page, "class=\"verdict unproven\""));
  EXPECT_TRUE(holds(page, "The split leaks, so they flatter every model."));
  EXPECT_FALSE(holds(page, "It took no part in training"));
}

TEST(Page, LabelsEstimatesWithTheirSource) {
  const std::string page = render_html(test::classification_sample(test::bearing_classes()));
  EXPECT_TRUE(holds(page, "Latency, estimate"));
  EXPECT_TRUE(holds(page, "812345 instructions x 1.2 to 1.8 cycles (MLPerf Tiny v1.2) at 120 MHz"));
  EXPECT_TRUE(holds(page, "badge estimate"));
}

TEST(Page, LeavesOutWhatTheReportDoesNotHave) {
  ReportData report = test::classification_sample(test::bearing_classes());
  report.device.reset();
  report.gains.clear();
  report.seeds.clear();
  report.curves.clear();
  report.models.resize(2);
  const std::string page = render_html(report);
  EXPECT_EQ(unbalanced(page), "");
  for (const char* part : {"Learning curves", "On the device", "Where the estimates", "Control, ", "id=\"gain-t\""}) {
    EXPECT_FALSE(holds(page, part)) << part;
  }
  EXPECT_TRUE(holds(page, "no control arm was trained"));
  EXPECT_TRUE(holds(page, "F1 of every class"));
  EXPECT_FALSE(holds(render_html(test::regression_sample()), "Confusion"));
}

TEST(Page, DrawsTheAnswersOfARegressionOverWhatIsTrue) {
  ReportData report = test::regression_sample();
  report.models[0].shown_answers[7] = std::numeric_limits<double>::quiet_NaN();
  const std::string page = render_html(report);
  EXPECT_TRUE(holds(page, "Answer and truth"));
  EXPECT_EQ(circles(page, "answers-student_int8"), 100);
  EXPECT_EQ(circles(page, "answers-teacher"), 99);
  EXPECT_FALSE(holds(render_html(test::classification_sample(test::bearing_classes())), "Answer and truth"));
}

TEST(Page, DrawsNeitherNotANumberNorInfinity) {
  ReportData report = test::classification_sample(test::bearing_classes());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  report.curves[0].points[3].train_loss = nan;
  report.curves[0].points[4].train_loss = std::numeric_limits<double>::infinity();
  report.models[1].classification->cross_entropy = nan;
  report.models[1].classification->reliability[3] = {4, nan, nan};
  report.models[2].with_teacher->kl = std::numeric_limits<double>::infinity();
  report.gains[1].interval = {nan, nan, nan};
  report.seeds[0].scores[0].second = nan;
  report.models[0].regression = metrics::RegressionMetrics{1, nan, nan, nan};
  const std::string page = render_html(report), body = page.substr(page.find("<body>"));
  std::smatch found;
  EXPECT_FALSE(std::regex_search(body, found, std::regex("[^A-Za-z](nan|inf)[^A-Za-z]"))) << found.str();
}

TEST(Page, SaysWhenClassesAreTooManyToDraw) {
  std::vector<std::string> names(100);
  for (size_t i = 0; i < names.size(); ++i) names[i] = "class " + std::to_string(i);
  const std::string page = render_html(test::classification_sample(names));
  EXPECT_TRUE(holds(page, "100 classes are too many to draw"));
  EXPECT_LT(page.size(), 400000U);
}

TEST(Page, IsTheSameBytesForTheSameReport) {
  const ReportData report = test::classification_sample(test::bearing_classes());
  EXPECT_EQ(render_html(report), render_html(*report::report_from_json(report::to_json(report))));
}

TEST(TextTable, FitsTheTerminalAndHoldsTheFigures) {
  const std::string text = report::render_text(test::classification_sample(test::process_classes()));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto is_start = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
    EXPECT_LE(std::count_if(line.begin(), line.end(), is_start), 100) << line;
  }
  for (const char* part : {"Accuracy", "Student, int8", "Latency, estimate", "183 times fewer", "256 of 256"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(text.back(), '\n');
}

TEST(TextTable, LetsNoEscapeSequenceThrough) {
  const std::string text = report::render_text(hostile_sample());
  EXPECT_THAT(text, Not(HasSubstr("\x1B")));
  EXPECT_THAT(text, HasSubstr("! Leaky split: <script>"));
  EXPECT_FALSE(report::render_text(ReportData{}).empty());
}

TEST(Format, GivesEachNumberItsDigitsAndUnit) {
  EXPECT_EQ(report::format_percent(0.9312), "93.1\u00A0%");
  EXPECT_EQ(report::format_percent(-0.0112), "−1.1\u00A0%");
  EXPECT_EQ(report::format_percent(-0.0001), "0.0\u00A0%");
  EXPECT_EQ(report::format_signed_points(0.0123), "+1.2");
  EXPECT_EQ(report::format_signed_points(-0.0123), "−1.2");
  EXPECT_EQ(report::format_signed_points(-0.0001), "0.0");
  EXPECT_EQ(report::format_number(0.04151), "0.0415");
  EXPECT_EQ(report::format_number(1234.4), "1234");
  EXPECT_EQ(report::format_number(0.0), "0");
  EXPECT_EQ(report::format_count(96), "96");
  EXPECT_EQ(report::format_count(812345), "812\u00A0k");
  EXPECT_EQ(report::format_count(999999), "1.00\u00A0M");
  EXPECT_EQ(report::format_count(std::nullopt), "–");
  EXPECT_EQ(report::format_whole(21120), "21\u00A0120");
  EXPECT_EQ(report::format_whole(-1234567), "-1\u00A0234\u00A0567");
  EXPECT_EQ(report::format_bytes(900), "900\u00A0B");
  EXPECT_EQ(report::format_bytes(42240), "41.2\u00A0KiB");
  EXPECT_EQ(report::format_bytes(1 << 20), "1.00\u00A0MiB");
  EXPECT_EQ(report::format_ratio(183.2), "183×");
  EXPECT_EQ(report::format_ratio(3.44), "3.4×");
  EXPECT_EQ(report::format_ratio(0.96), "1.0×");
  EXPECT_EQ(report::format_ratio(0.7), "1.4×\u00A0more");
  EXPECT_EQ(report::format_ratio(0.0), "–");
  EXPECT_EQ(report::format_us(12300.0), "12.3\u00A0ms");
  EXPECT_EQ(report::format_uj(999.9), "1.00\u00A0mJ");
  EXPECT_EQ(report::plural(2, "battery"), "batteries");
  EXPECT_EQ(report::plural(1, "recording"), "recording");
}

TEST(Page, ShowsTheWorstMistakesWithTheirSignals) {
  ReportData report = test::classification_sample({"slow", "fast", "<odd>", "still", "mixed"});
  const std::string page = render_html(report);
  EXPECT_TRUE(holds(page, "<figcaption>slow taken for fast</figcaption><svg"));
  EXPECT_TRUE(holds(page, "98.0\u00A0% sure; test sample 12, from row 384; the teacher is right"));
  EXPECT_TRUE(holds(page, "<figcaption>fast taken for slow</figcaption><p"));
  report.mistakes.worst = {{3, -1, 0, 1, 2, 0.5, {}}, {4, -1, 0, 1, 1, 0.5, {}}};
  EXPECT_TRUE(holds(render_html(report), "the teacher says &lt;odd&gt;"));
  EXPECT_TRUE(holds(render_html(report), "the teacher makes the same mistake"));
  report.mistakes.worst.clear();
  EXPECT_FALSE(holds(render_html(report), "Its worst mistakes"));
}

TEST(Page, SaysWhatEachLayerCosts) {
  const ReportData report = test::classification_sample(test::bearing_classes());
  const std::string page = render_html(report);
  EXPECT_TRUE(holds(page,
                    "<th scope=\"row\">conv1</th><td>conv1d</td><td>295\u00A0k</td><td>88.8\u00A0%</td>"
                    "<td>1.12\u00A0KiB</td><td>78.3\u00A0%</td><td>4.00\u00A0KiB</td>"));
  EXPECT_TRUE(holds(page, "<th scope=\"row\">pool1</th><td>globalavgpool</td><td>–</td><td></td><td>–</td>"));
  EXPECT_TRUE(holds(page, "<th scope=\"row\">all</th><td></td><td>332\u00A0k</td>"));
  ReportData without = report;
  without.layers.clear();
  EXPECT_FALSE(holds(render_html(without), "Layer by layer"));
}

TEST(Format, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(report::escape_html("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(report::escape_html("gear\xC3"), "gear\uFFFD");              // cut in the middle
  EXPECT_EQ(report::escape_html("\xC0\xAF"), "\uFFFD\uFFFD");            // overlong slash
  EXPECT_EQ(report::escape_html("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(report::escape_html("Größe µ 軸 🙂"), "Größe µ 軸 🙂");
  EXPECT_EQ(report::clean_text("a\nb\x07"), "a b\uFFFD");
}

TEST(Ticks, AreRoundAndInside) {
  EXPECT_THAT(report::round_ticks(0.0, 1.0, 5), ElementsAre(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0));
  EXPECT_THAT(report::round_ticks(-3.0, 7.0, 3), ElementsAre(0.0, 5.0));
  EXPECT_THAT(report::decade_ticks(100.0, 10000.0), ElementsAre(100.0, 1000.0, 10000.0));
  EXPECT_TRUE(report::round_ticks(1.0, 1.0, 5).empty());
}

TEST(Shorten, CutsBetweenCharacters) {
  EXPECT_EQ(report::shorten("Lagerschaden", 6), "Lager…");
  EXPECT_EQ(report::shorten("Größe", 5), "Größe");
  EXPECT_EQ(report::shorten("Größer", 5), "Größ…");
}

}  // namespace
}  // namespace apprentice
