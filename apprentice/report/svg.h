// SPDX-License-Identifier: Apache-2.0
// The few SVG shapes that the report's charts need. Colours come from the page's style sheet by class, so one chart
// serves light, dark and print. Internal to report/.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/report/report.h"

namespace apprentice::report {

// Maps [from, to] to [start, end] of the drawing; `log` needs from > 0.
struct Scale {
  double from = 0.0, to = 1.0, start = 0.0, end = 1.0;
  bool log = false;
  double operator()(double value) const;
};

// Round numbers (1, 2 or 5 times a power of ten) inside [low, high], about `wanted` of them.
std::vector<double> round_ticks(double low, double high, int wanted);
// Powers of ten inside [low, high].
std::vector<double> decade_ticks(double low, double high);
// A range around finite values with a margin; never empty.
struct Range {
  double low = 0.0, high = 1.0;
};
Range range_around(const std::vector<double>& values, double margin_share);

enum class Anchor { kStart, kMiddle, kEnd };

class Svg {
 public:
  // `slug` makes the ids unique on the page; title and description are read out by screen readers.
  Svg(const std::string& slug, double width, double height, const std::string& title, const std::string& description);

  void line(double x1, double y1, double x2, double y2, const std::string& css_class);
  // `opacity` of the fill; `tip` is shown on hover.
  void rect(double x, double y, double width, double height, const std::string& css_class, double opacity = 1.0,
            const std::string& tip = "");
  void circle(double x, double y, double radius, const std::string& css_class, const std::string& tip = "");
  void text(double x, double y, const std::string& text, const std::string& css_class, Anchor anchor = Anchor::kStart,
            double turn_degrees = 0.0);
  // Points that are not finite break the line.
  void polyline(const std::vector<double>& x, const std::vector<double>& y, const std::string& css_class);
  void marker(ModelRole role, double x, double y, const std::string& tip);

  using Format = std::function<std::string(double)>;
  // Grid lines across the other scale's range and labels below or left of it.
  void x_axis(const Scale& x, const Scale& y, const std::vector<double>& ticks, const Format& format,
              const std::string& title);
  void y_axis(const Scale& x, const Scale& y, const std::vector<double>& ticks, const Format& format,
              const std::string& title);

  std::string finish() const;

 private:
  std::string body_;
};

// A mean with its interval as a whisker; `tip` is shown where the mouse rests on the mean.
void draw_whisker(Svg* svg, ModelRole role, const metrics::Interval& interval, const Scale& x, double y,
                  const std::string& tip);
// The same, named above its left end, in figures above its right end.
struct IntervalMark {
  ModelRole role;
  metrics::Interval interval;
  std::string label, values;
};
void draw_interval(Svg* svg, const IntervalMark& mark, const Scale& x, double y);

// Each role has its own shape beside its own colour: teacher square, student circle, control triangle; int8 filled.
std::string marker_shape(ModelRole role, double x, double y, const std::string& tip);
// The class that gives a role its colour.
std::string role_class(ModelRole role);
// At most `most` characters, the last one an ellipsis where something was cut.
std::string shorten(const std::string& text, size_t most);

}  // namespace apprentice::report
