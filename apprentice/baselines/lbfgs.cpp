// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/lbfgs.h"

#include <cmath>
#include <deque>

namespace apprentice::baselines {
namespace {

using Vector = std::vector<double>;
constexpr size_t kMemory = 10;
constexpr int kHalvings = 20;
constexpr double kArmijo = 1e-4;

double dot(const Vector& a, const Vector& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(double factor, const Vector& from, Vector* to) {
  for (size_t i = 0; i < from.size(); ++i) (*to)[i] += factor * from[i];
}

struct Pair {
  Vector step, change;  // of the point, of the gradient
  double curvature = 0.0;
};

// Minus the gradient, multiplied with the inverse Hessian that the pairs tell (the two-loop recursion).
Vector direction(const std::deque<Pair>& pairs, const Vector& gradient) {
  Vector way = gradient;
  std::vector<double> factors;
  for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
    factors.push_back(dot(pair->step, way) / pair->curvature);
    add(-factors.back(), pair->change, &way);
  }
  const double first = pairs.empty() ? 1.0 / std::max(1.0, std::sqrt(dot(gradient, gradient)))
                                     : pairs.back().curvature / dot(pairs.back().change, pairs.back().change);
  for (double& value : way) value *= first;
  for (const Pair& pair : pairs) {
    const double factor = factors.back() - dot(pair.change, way) / pair.curvature;
    factors.pop_back();
    add(factor, pair.step, &way);
  }
  for (double& value : way) value = -value;
  return way;
}

}  // namespace

double minimise(const Objective& objective, int64_t iterations, double tolerance, Vector* point) {
  std::deque<Pair> pairs;
  Vector gradient(point->size()), next_gradient(point->size());
  double value = objective(*point, &gradient);
  for (int64_t i = 0; i < iterations; ++i) {
    const Vector way = direction(pairs, gradient);
    const double slope = dot(way, gradient);
    if (!(slope < 0.0)) return value;
    double length = 1.0, next_value = value;
    Vector next;
    int halvings = 0;
    for (; halvings < kHalvings; ++halvings, length /= 2.0) {
      next = *point;
      add(length, way, &next);
      next_value = objective(next, &next_gradient);
      if (next_value <= value + kArmijo * length * slope) break;
    }
    if (halvings == kHalvings) return value;
    Pair pair{next, next_gradient, 0.0};
    add(-1.0, *point, &pair.step);
    add(-1.0, gradient, &pair.change);
    pair.curvature = dot(pair.step, pair.change);
    if (pair.curvature > 0.0) pairs.push_back(std::move(pair));
    if (pairs.size() > kMemory) pairs.pop_front();
    const double gained = value - next_value;
    *point = std::move(next);
    gradient.swap(next_gradient);
    value = next_value;
    if (gained <= tolerance * std::abs(value)) return value;
  }
  return value;
}

}  // namespace apprentice::baselines
