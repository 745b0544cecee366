// SPDX-License-Identifier: Apache-2.0
// Per class: F1 of each model, and who is taken for whom.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

constexpr size_t kMostClassesDrawn = 60;

std::vector<const ReportModel*> classifiers(const ReportData& report) {
  std::vector<const ReportModel*> models = ordered_models(report);
  models.erase(std::remove_if(models.begin(), models.end(), [](auto* model) { return !model->classification; }),
               models.end());
  return models;
}

// Teacher, the int8 student and its control arm; the float models stand in where there is no int8 one.
std::vector<const ReportModel*> main_models(const ReportData& report) {
  const auto scored = [&](ModelRole role) {
    const ReportModel* model = find_model(report, role);
    return model != nullptr && model->classification ? model : nullptr;
  };
  std::vector<const ReportModel*> models;
  for (const auto& [first, second] :
       {std::pair{ModelRole::kTeacher, ModelRole::kTeacher}, std::pair{ModelRole::kStudentInt8, ModelRole::kStudent},
        std::pair{ModelRole::kControlInt8, ModelRole::kControl}}) {
    const ReportModel* model = scored(first) != nullptr ? scored(first) : scored(second);
    if (model != nullptr) models.push_back(model);
  }
  return models;
}

double row_sum(const std::vector<int64_t>& row) {
  double sum = 0.0;
  for (const int64_t cell : row) sum += static_cast<double>(cell);
  return sum;
}

void draw_cells(Svg* svg, const ReportData& report, const metrics::ClassificationMetrics& metrics, double left,
                double top, double cell) {
  for (size_t truth = 0; truth < metrics.confusion.size(); ++truth) {
    const double sum = row_sum(metrics.confusion[truth]);
    for (size_t answer = 0; answer < metrics.confusion.size(); ++answer) {
      const int64_t count = metrics.confusion[truth][answer];
      const double share = sum > 0.0 ? static_cast<double>(count) / sum : 0.0;
      const double x = left + cell * static_cast<double>(answer), y = top + cell * static_cast<double>(truth);
      // Square root: a few confusions stay visible beside a full diagonal.
      svg->rect(x + 0.5, y + 0.5, cell - 1, cell - 1, count > 0 ? "heat" : "empty",
                count > 0 ? 0.1 + 0.9 * std::sqrt(share) : 1.0,
                fmt::format("{} taken for {}: {} ({})", report.class_names[truth], report.class_names[answer],
                            format_whole(count), format_percent(share)));
      if (count > 0 && cell >= 24.0) {
        svg->text(x + cell / 2, y + cell / 2 + 4, format_count(count), share > 0.3 ? "cell on" : "cell",
                  Anchor::kMiddle);
      }
    }
  }
}

// The commonest confusions in words, most first.
std::string worst_pairs(const ReportData& report, const metrics::ClassificationMetrics& metrics) {
  struct Pair {
    int64_t count = 0;
    size_t truth = 0, answer = 0;
  };
  std::vector<Pair> pairs;
  for (size_t truth = 0; truth < metrics.confusion.size(); ++truth) {
    for (size_t answer = 0; answer < metrics.confusion.size(); ++answer) {
      if (truth != answer && metrics.confusion[truth][answer] > 0) {
        pairs.push_back({metrics.confusion[truth][answer], truth, answer});
      }
    }
  }
  if (pairs.empty()) return "No sample was taken for another class.";
  std::stable_sort(pairs.begin(), pairs.end(), [](auto& a, auto& b) { return a.count > b.count; });
  std::string text = "Most often taken for another: ";
  for (size_t i = 0; i < std::min<size_t>(3, pairs.size()); ++i) {
    text += fmt::format("{}{} for {} ({})", i == 0 ? "" : ", ", shorten(report.class_names[pairs[i].truth], 30),
                        shorten(report.class_names[pairs[i].answer], 30), format_whole(pairs[i].count));
  }
  return text + ".";
}

std::string confusion_figure(const ReportData& report, const ReportModel& model) {
  const metrics::ClassificationMetrics& metrics = *model.classification;
  const auto classes = static_cast<double>(report.class_names.size());
  Figure figure;
  figure.title = role_title(model.role);
  figure.css_class = "wide";
  figure.remark = worst_pairs(report, metrics);
  const double cell = std::clamp(308.0 / classes, 15.0, 34.0), left = 110, top = 90;
  Svg svg(fmt::format("confusion-{}", to_string(model.role)), left + cell * classes + 44, top + cell * classes + 8,
          fmt::format("Confusion of {}", role_title(model.role)), figure.remark);
  for (size_t k = 0; k < report.class_names.size(); ++k) {
    const double middle = cell * (static_cast<double>(k) + 0.5);
    svg.text(left - 6, top + middle + 4, shorten(report.class_names[k], 16), "tick", Anchor::kEnd);
    svg.text(left + middle + 3, top - 6, shorten(report.class_names[k], 14), "tick", Anchor::kStart, -60);
  }
  draw_cells(&svg, report, metrics, left, top, cell);
  figure.svg = svg.finish();
  figure.columns = {"Truth"};
  for (const std::string& name : report.class_names) figure.columns.push_back(name);
  for (size_t truth = 0; truth < report.class_names.size(); ++truth) {
    figure.rows.push_back({report.class_names[truth]});
    for (const int64_t count : metrics.confusion[truth]) figure.rows.back().push_back(format_whole(count));
  }
  return figure_html(figure);
}

std::string too_many(const ReportData& report) {
  return fmt::format("<p>{} classes are too many to draw; report.json holds the numbers.</p>",
                     format_whole(static_cast<int64_t>(report.class_names.size())));
}

bool drawable(const ReportData& report) {
  return !report.class_names.empty() && report.class_names.size() <= kMostClassesDrawn;
}

}  // namespace

std::string class_chart(const ReportData& report) {
  const std::vector<const ReportModel*> models = main_models(report);
  if (models.empty() || report.class_names.empty()) return "";
  if (!drawable(report)) return too_many(report);
  Figure figure;
  figure.title = "F1 of every class";
  figure.columns = {"Class"};
  std::vector<double> values = {1.0};
  for (const ReportModel* model : models) {
    figure.legend.push_back(model->role);
    figure.columns.push_back(role_title(model->role));
    values.insert(values.end(), model->classification->f1.begin(), model->classification->f1.end());
  }
  const double low = std::max(0.0, std::floor(*std::min_element(values.begin(), values.end()) * 10.0 - 0.3) / 10.0);
  const double height = 22.0 * static_cast<double>(report.class_names.size()) + 56.0;
  Svg svg("classes", 440, height, figure.title, "One row per class, one mark per model; right is better.");
  const Scale x{low, 1.0, 132, 420}, y{0, 1, height - 42, 8};
  svg.x_axis(x, y, round_ticks(low, 1.0, 5), format_percent_tick, "F1 on the test split");
  for (size_t k = 0; k < report.class_names.size(); ++k) {
    const double row = 20.0 + 22.0 * static_cast<double>(k);
    svg.text(122, row + 4, shorten(report.class_names[k], 18), "label", Anchor::kEnd);
    figure.rows.push_back({report.class_names[k]});
    svg.line(x.start, row, x.end, row, "row");
    for (const ReportModel* model : models) {
      const std::string value = format_percent(model->classification->f1[k]);
      figure.rows.back().push_back(value);
      svg.marker(model->role, x(model->classification->f1[k]), row,
                 fmt::format("{}: {}", role_title(model->role), value));
    }
  }
  figure.svg = svg.finish();
  return figure_html(figure);
}

std::string class_table(const ReportData& report) {
  const std::vector<const ReportModel*> models = main_models(report);
  const auto is_student = [](auto* model) {
    return model->role == ModelRole::kStudentInt8 || model->role == ModelRole::kStudent;
  };
  const auto found = std::find_if(models.begin(), models.end(), is_student);
  if (found == models.end() || !drawable(report)) return "";
  const metrics::ClassificationMetrics& metrics = *(*found)->classification;
  std::string out = "<figure><figcaption>" + std::string(role_title((*found)->role)) +
                    "</figcaption><div class=\"scroll\"><table class=\"plain\"><thead><tr><th "
                    "scope=\"col\">Class</th><th scope=\"col\">"
                    "Samples</th><th scope=\"col\">Precision</th><th scope=\"col\">Recall</th><th "
                    "scope=\"col\">F1</th></tr></thead><tbody>\n";
  for (size_t k = 0; k < report.class_names.size(); ++k) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{:.0f}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       escape_html(shorten(report.class_names[k], 28)), row_sum(metrics.confusion[k]),
                       format_percent(metrics.precision[k]), format_percent(metrics.recall[k]),
                       format_percent(metrics.f1[k]));
  }
  return out + "</tbody></table></div></figure>\n";
}

std::string confusion_charts(const ReportData& report) {
  const std::vector<const ReportModel*> models = classifiers(report);
  if (models.empty() || !drawable(report)) return "";
  const std::vector<const ReportModel*> main = main_models(report);
  std::string open, folded;
  for (const ReportModel* model : models) {
    const size_t place = static_cast<size_t>(std::find(main.begin(), main.end(), model) - main.begin());
    (place < 2 ? open : folded) += confusion_figure(report, *model);
  }
  std::string out = "<div class=\"grid\">" + open + "</div>\n";
  if (folded.empty()) return out;
  return out + "<details><summary>The other models</summary><div class=\"grid\">" + folded + "</div></details>\n";
}

}  // namespace apprentice::report
