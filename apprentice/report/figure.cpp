// SPDX-License-Identifier: Apache-2.0
// What every chart shares: caption, legend, the numbers as a table.
#include <fmt/format.h>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

std::string legend_html(const std::vector<ModelRole>& roles) {
  if (roles.empty()) return "";
  std::string out = "<ul class=\"legend\">";
  for (const ModelRole role : roles) {
    // The name says it all, so readers that speak skip the shape.
    out += "<li><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">" +
           marker_shape(role, 7, 7, "") + "</svg>" + role_title(role) + "</li>";
  }
  return out + "</ul>\n";
}

std::string numbers_html(const Figure& figure) {
  if (figure.columns.empty()) return "";
  std::string out = "<details class=\"numbers\"><summary>The numbers</summary><div class=\"scroll\"><table><thead><tr>";
  for (const std::string& column : figure.columns) out += "<th scope=\"col\">" + escape_html(column) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : figure.rows) {
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      out +=
          fmt::format("<{0}>{1}</{2}>", i == 0 ? "th scope=\"row\"" : "td", escape_html(row[i]), i == 0 ? "th" : "td");
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></details>\n";
}

}  // namespace

std::string figure_html(const Figure& figure) {
  std::string out = "<figure" + (figure.css_class.empty() ? "" : " class=\"" + figure.css_class + "\"") +
                    "><figcaption>" + escape_html(figure.title) + "</figcaption>\n";
  out += legend_html(figure.legend) + "<div class=\"scroll\">" + figure.svg + "</div>\n";
  if (!figure.remark.empty()) out += "<p class=\"remark\">" + escape_html(figure.remark) + "</p>\n";
  return out + numbers_html(figure) + "</figure>\n";
}

}  // namespace apprentice::report
