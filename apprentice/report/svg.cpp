// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/format.h"

namespace apprentice::report {
namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string tip_element(const std::string& tip) { return tip.empty() ? "" : "<title>" + escape_html(tip) + "</title>"; }

}  // namespace

double Scale::operator()(double value) const {
  const double share =
      log ? (std::log(value) - std::log(from)) / (std::log(to) - std::log(from)) : (value - from) / (to - from);
  return start + share * (end - start);
}

std::vector<double> round_ticks(double low, double high, int wanted) {
  const double raw = (high - low) / std::max(1, wanted);
  if (!(raw > 0.0) || !std::isfinite(raw)) return {};
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10.0 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power * 1.0001) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (int i = 0; i < 100 && (first + i) * step <= high + 1e-9 * step; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

std::vector<double> decade_ticks(double low, double high) {
  std::vector<double> ticks;
  for (double power = std::ceil(std::log10(low) - 1e-9); power <= std::log10(high) + 1e-9; power += 1.0) {
    ticks.push_back(std::pow(10.0, power));
  }
  return ticks;
}

Range range_around(const std::vector<double>& values, double margin_share) {
  Range range{INFINITY, -INFINITY};
  for (const double value : values) {
    if (!std::isfinite(value) || std::abs(value) > 1e100) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {0.0, 1.0};
  const double spread = range.high - range.low;
  const double margin = spread > 0.0 ? spread * margin_share : std::max(0.05 * std::abs(range.low), 0.01);
  return {range.low - margin, range.high + margin};
}

Svg::Svg(const std::string& slug, double width, double height, const std::string& title,
         const std::string& description) {
  body_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" style=\"max-width:{2:.0f}px\" "
      "role=\"img\" aria-labelledby=\"{3}-t {3}-d\"><title id=\"{3}-t\">{4}</title><desc id=\"{3}-d\">{5}</desc>\n",
      width, height, width * 1.25, slug, escape_html(title), escape_html(description));
}

void Svg::line(double x1, double y1, double x2, double y2, const std::string& css_class) {
  body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                       css_class);
}

void Svg::rect(double x, double y, double width, double height, const std::string& css_class, double opacity,
               const std::string& tip) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"", x, y,
                       std::max(0.0, width), std::max(0.0, height), css_class);
  if (opacity < 1.0) body_ += fmt::format(" fill-opacity=\"{:.3f}\"", opacity);
  body_ += ">" + tip_element(tip) + "</rect>\n";
}

void Svg::circle(double x, double y, double radius, const std::string& css_class, const std::string& tip) {
  body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"{}\">{}</circle>\n", x, y, radius,
                       css_class, tip_element(tip));
}

void Svg::text(double x, double y, const std::string& text, const std::string& css_class, Anchor anchor,
               double turn_degrees) {
  constexpr const char* kAnchors[] = {"start", "middle", "end"};
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\"", x, y, css_class,
                       kAnchors[static_cast<size_t>(anchor)]);
  if (turn_degrees != 0.0) body_ += fmt::format(" transform=\"rotate({:.0f} {:.1f} {:.1f})\"", turn_degrees, x, y);
  body_ += ">" + escape_html(text) + "</text>\n";
}

void Svg::polyline(const std::vector<double>& x, const std::vector<double>& y, const std::string& css_class) {
  std::string path;
  bool pen_down = false;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool drawable = std::isfinite(x[i]) && std::isfinite(y[i]);
    if (drawable) path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x[i], y[i]);
    pen_down = drawable;
  }
  if (!path.empty()) body_ += fmt::format("<path d=\"{}\" class=\"{}\"/>\n", path, css_class);
}

void Svg::marker(ModelRole role, double x, double y, const std::string& tip) {
  if (std::isfinite(x) && std::isfinite(y)) body_ += marker_shape(role, x, y, tip);
}

void Svg::x_axis(const Scale& x, const Scale& y, const std::vector<double>& ticks, const Format& format,
                 const std::string& title) {
  const double bottom = std::max(y.start, y.end), top = std::min(y.start, y.end);
  for (const double tick : ticks) {
    line(x(tick), top, x(tick), bottom, "rule");
    text(x(tick), bottom + 16.0, format(tick), "tick", Anchor::kMiddle);
  }
  text((x.start + x.end) / 2.0, bottom + 34.0, title, "axis", Anchor::kMiddle);
}

void Svg::y_axis(const Scale& x, const Scale& y, const std::vector<double>& ticks, const Format& format,
                 const std::string& title) {
  for (const double tick : ticks) {
    line(x.start, y(tick), x.end, y(tick), "rule");
    text(x.start - 8.0, y(tick) + 4.0, format(tick), "tick", Anchor::kEnd);
  }
  text(x.start, std::min(y.start, y.end) - 10.0, title, "axis", Anchor::kStart);
}

std::string Svg::finish() const { return body_ + "</svg>\n"; }

void draw_whisker(Svg* svg, ModelRole role, const metrics::Interval& interval, const Scale& x, double y,
                  const std::string& tip) {
  const double low = x(interval.low), high = x(interval.high);
  const std::string css = role_class(role) + " whisker";
  svg->line(low, y, high, y, css);
  svg->line(low, y - 6, low, y + 6, css);
  svg->line(high, y - 6, high, y + 6, css);
  svg->marker(role, x(interval.mean), y, tip);
}

void draw_interval(Svg* svg, const IntervalMark& mark, const Scale& x, double y) {
  draw_whisker(svg, mark.role, mark.interval, x, y, mark.values);
  svg->text(x.start, y - 14, mark.label, "label");
  svg->text(x.end, y - 14, mark.values, "label strong", Anchor::kEnd);
}

std::string marker_shape(ModelRole role, double x, double y, const std::string& tip) {
  const bool filled = role != ModelRole::kStudent && role != ModelRole::kControl;
  const std::string look =
      fmt::format("class=\"{} mark {}\">{}", role_class(role), filled ? "filled" : "hollow", tip_element(tip));
  if (role == ModelRole::kStudent || role == ModelRole::kStudentInt8) {
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" {}</circle>\n", x, y, look);
  }
  if (role == ModelRole::kTeacher) {
    return fmt::format("<path d=\"M{:.1f} {:.1f}h9v9h-9Z\" {}</path>\n", x - 4.5, y - 4.5, look);
  }
  return fmt::format("<path d=\"M{:.1f} {:.1f}l5.5 9.5h-11Z\" {}</path>\n", x, y - 6.0, look);
}

std::string role_class(ModelRole role) { return std::string("c-") + to_string(role); }

std::string shorten(const std::string& text, size_t most) {
  const std::string clean = clean_text(text);
  size_t characters = 0;
  for (size_t i = 0; i < clean.size(); ++i) {
    if (!starts_character(clean[i])) continue;
    if (++characters != most) continue;
    const auto rest = clean.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    const bool cut = std::any_of(rest, clean.end(), starts_character);
    return cut ? clean.substr(0, i) + "…" : clean;
  }
  return clean;
}

}  // namespace apprentice::report
