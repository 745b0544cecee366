// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/mistakes.h"

#include <fmt/format.h>

#include <algorithm>

#include "apprentice/report/format.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

constexpr double kWidth = 300, kStripHeight = 44, kLabelHeight = 14;

// One strip per channel, each in a range of its own.
std::string drawing(const ReportMistakes& all, const ReportMistake& mistake, size_t number) {
  if (mistake.signal.empty()) return "";
  const double height = static_cast<double>(mistake.signal.size()) * (kStripHeight + kLabelHeight);
  Svg svg(fmt::format("mistake{}", number), kWidth, height, fmt::format("Signal of test sample {}", mistake.sample),
          "One line per channel over time, each in its own range.");
  for (size_t c = 0; c < mistake.signal.size(); ++c) {
    const std::vector<double>& values = mistake.signal[c];
    const double top = static_cast<double>(c) * (kStripHeight + kLabelHeight) + kLabelHeight;
    const Range range = range_around(values, 0.05);
    const Scale x{0.0, std::max(1.0, static_cast<double>(values.size()) - 1.0), 2, kWidth - 2};
    const Scale y{range.low, range.high, top + kStripHeight - 2, top + 2};
    std::vector<double> xs, ys;
    for (size_t i = 0; i < values.size(); ++i) {
      xs.push_back(x(static_cast<double>(i)));
      ys.push_back(y(values[i]));
    }
    svg.text(2, top - 3, c < all.channel_names.size() ? shorten(all.channel_names[c], 36) : "", "tick");
    svg.polyline(xs, ys, role_class(ModelRole::kStudentInt8) + " curve thin");
  }
  return svg.finish();
}

std::string teacher_text(const ReportData& report, const ReportMistake& mistake) {
  if (!mistake.teacher_answer) return "";
  if (*mistake.teacher_answer == mistake.truth) return "; the teacher is right";
  if (*mistake.teacher_answer == mistake.answer) return "; the teacher makes the same mistake";
  return "; the teacher says " + report.class_names[static_cast<size_t>(*mistake.teacher_answer)];
}

std::string figure(const ReportData& report, const ReportMistake& mistake, size_t number) {
  const std::string row = mistake.row >= 0 ? ", from row " + format_whole(mistake.row) : "";
  const std::string remark = fmt::format("{} sure; test sample {}{}{}", format_percent(mistake.confidence),
                                         format_whole(mistake.sample), row, teacher_text(report, mistake));
  return fmt::format("<figure><figcaption>{} taken for {}</figcaption>{}<p class=\"remark\">{}</p></figure>\n",
                     escape_html(shorten(report.class_names[static_cast<size_t>(mistake.truth)], 24)),
                     escape_html(shorten(report.class_names[static_cast<size_t>(mistake.answer)], 24)),
                     drawing(report.mistakes, mistake, number), escape_html(remark));
}

int64_t read_class(const JsonReader& json, const std::string& key, size_t classes) {
  const int64_t index = json.count(key);
  if (index < static_cast<int64_t>(classes)) return index;
  json.refuse("{} is {}, but there are {} class names", key, index, classes);
  return 0;
}

ReportMistake read_mistake(const JsonReader& json, size_t classes) {
  ReportMistake mistake;
  mistake.sample = json.count("sample");
  if (json.has("row")) mistake.row = json.count("row");
  mistake.truth = read_class(json, "truth", classes);
  mistake.answer = read_class(json, "answer", classes);
  if (json.has("teacher_answer")) mistake.teacher_answer = read_class(json, "teacher_answer", classes);
  mistake.confidence = json.number("confidence");
  if (json.has("signal")) {
    mistake.signal = json.list<std::vector<double>>("signal", "a list of lists of numbers");
  }
  return mistake;
}

}  // namespace

nlohmann::ordered_json mistakes_json(const ReportMistakes& mistakes) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ReportMistake& mistake : mistakes.worst) {
    nlohmann::ordered_json json = {{"sample", mistake.sample}};
    if (mistake.row >= 0) json["row"] = mistake.row;
    json["truth"] = mistake.truth;
    json["answer"] = mistake.answer;
    if (mistake.teacher_answer) json["teacher_answer"] = *mistake.teacher_answer;
    json["confidence"] = mistake.confidence;
    if (!mistake.signal.empty()) json["signal"] = mistake.signal;
    list.push_back(std::move(json));
  }
  return {{"channel_names", mistakes.channel_names}, {"worst", list}};
}

ReportMistakes read_mistakes(const JsonReader& json, size_t classes) {
  ReportMistakes mistakes;
  mistakes.channel_names = json.texts("channel_names");
  for (const JsonReader& one : json.objects("worst")) mistakes.worst.push_back(read_mistake(one, classes));
  return mistakes;
}

std::string mistakes_html(const ReportData& report) {
  const auto classes = static_cast<int64_t>(report.class_names.size());
  std::string out;
  for (size_t i = 0; i < report.mistakes.worst.size(); ++i) {
    const ReportMistake& mistake = report.mistakes.worst[i];
    if (std::max({mistake.truth, mistake.answer, mistake.teacher_answer.value_or(0)}) >= classes) continue;
    out += figure(report, mistake, i);
  }
  return out.empty() ? "" : "<div class=\"grid small\">" + out + "</div>\n";
}

}  // namespace apprentice::report
