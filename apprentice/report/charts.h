// SPDX-License-Identifier: Apache-2.0
// The charts of the page: each takes the report and gives <figure> elements, each with the same numbers as a table
// underneath; empty where the report has nothing to draw. Internal to report/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/report.h"

namespace apprentice::report {

std::string gain_chart(const ReportData& report);
std::string seeds_chart(const ReportData& report);
std::string cost_chart(const ReportData& report);    // quality against MACs
std::string budget_chart(const ReportData& report);  // flash and RAM of the device
std::string learning_charts(const ReportData& report);
std::string class_chart(const ReportData& report);  // F1 per class
std::string class_table(const ReportData& report);  // precision, recall and F1 of the student per class
std::string confusion_charts(const ReportData& report);
std::string reliability_charts(const ReportData& report);
std::string answers_charts(const ReportData& report);  // regression: answers over true values

// <figure> with caption, drawing, legend of roles and the numbers folded away.
struct Figure {
  std::string title;
  std::string svg;
  std::vector<ModelRole> legend;
  std::vector<std::string> columns;            // of the table of numbers; empty = no table
  std::vector<std::vector<std::string>> rows;  // not yet escaped
  std::string remark;                          // a sentence under the drawing, not yet escaped
  std::string css_class;                       // "wide": scrolls on a phone instead of shrinking
};
std::string figure_html(const Figure& figure);

}  // namespace apprentice::report
