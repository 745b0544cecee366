// SPDX-License-Identifier: Apache-2.0
#include "apprentice/frontend/fft.h"

#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

constexpr int64_t kMostPoints = 2048;

// A whole turn in as many steps as the longest transform takes; shorter ones take some of them.
const std::vector<Complex>& turns() {
  static const std::vector<Complex> table = [] {
    std::vector<Complex> made;
    for (int64_t i = 0; i < kMostPoints; ++i) {
      const double angle = kTurn * static_cast<double>(i) / static_cast<double>(kMostPoints);
      made.push_back({to_q15(std::cos(angle)), to_q15(std::sin(angle))});
    }
    return made;
  }();
  return table;
}

bool is_power_of_four(size_t value) {
  while (value > 1 && value % 4 == 0) value /= 4;
  return value == 1;
}

int64_t rounded_shift(int64_t value, int bits) { return (value + (int64_t{1} << (bits - 1))) >> bits; }

// z times the conjugate of w, whose unit is 2^-15, scaled by 2^-shift and rounded.
Complex turned(Complex z, Complex w, int shift) {
  return {rounded_shift(z.re * w.re + z.im * w.im, 15 + shift), rounded_shift(z.im * w.re - z.re * w.im, 15 + shift)};
}

Complex plus(Complex a, Complex b, int shift) { return {(a.re + b.re) >> shift, (a.im + b.im) >> shift}; }
Complex minus(Complex a, Complex b, int shift) { return {(a.re - b.re) >> shift, (a.im - b.im) >> shift}; }
Complex times_i(Complex z) { return {-z.im, z.re}; }

int room_of(const std::vector<Complex>& values) {
  std::vector<int32_t> parts;
  for (const Complex& z : values) {
    parts.push_back(static_cast<int32_t>(z.re));
    parts.push_back(static_cast<int32_t>(z.im));
  }
  return frontend::room_of(parts);
}

void reorder(std::vector<Complex>& values) {
  std::vector<Complex> sorted(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    size_t mirrored = 0;
    for (size_t bit = 1; bit < values.size(); bit *= 2) mirrored = mirrored * 2 + ((i & bit) != 0 ? 1 : 0);
    sorted[mirrored] = values[i];
  }
  values = sorted;
}

// Joins four transforms of `quarter` points each into one; where the stage halves: the products, the first sums and
// the second sums.
struct Halves {
  int product = 0, first = 0, second = 0;
};
void join_four(Complex* values, int64_t quarter, Halves halves) {
  for (int64_t k = 0; k < quarter; ++k) {
    Complex* const at[4] = {values + k, values + k + quarter, values + k + 2 * quarter, values + k + 3 * quarter};
    Complex x0 = *at[0], x2 = *at[1], x1 = *at[2], x3 = *at[3];
    if (quarter > 1) {
      if (halves.product > 0) x0 = {rounded_shift(x0.re, halves.product), rounded_shift(x0.im, halves.product)};
      x1 = turned(x1, turn_q15(k, 4 * quarter), halves.product);
      x2 = turned(x2, turn_q15(2 * k, 4 * quarter), halves.product);
      x3 = turned(x3, turn_q15(3 * k, 4 * quarter), halves.product);
    }
    const Complex s0 = plus(x0, x2, halves.first), s1 = minus(x0, x2, halves.first);
    const Complex s2 = plus(x1, x3, halves.first), s3 = times_i(minus(x1, x3, halves.first));
    *at[0] = plus(s0, s2, halves.second);
    *at[1] = minus(s1, s3, halves.second);
    *at[2] = minus(s0, s2, halves.second);
    *at[3] = plus(s1, s3, halves.second);
  }
}

void join_all(std::vector<Complex>& values, size_t quarter, Halves halves) {
  for (size_t begin = 0; begin < values.size(); begin += 4 * quarter)
    join_four(values.data() + begin, static_cast<int64_t>(quarter), halves);
}

}  // namespace

Complex turn_q15(int64_t index, int64_t points) { return turns()[static_cast<size_t>(index * (kMostPoints / points))]; }

int fft_fixed(std::vector<Complex>& values) {
  reorder(values);
  size_t quarter = 2;
  int scaled = 0;
  if (is_power_of_four(values.size())) {
    join_all(values, 1, {0, 0, 1});
    quarter = 4;
    scaled = 1;
  } else {
    for (size_t i = 0; i < values.size(); i += 2) {
      const Complex a = values[i], b = values[i + 1];
      values[i] = plus(a, b, 0);
      values[i + 1] = minus(a, b, 0);
    }
  }
  for (; quarter < values.size(); quarter *= 4) {
    const int shift = 3 - std::min(3, room_of(values));
    join_all(values, quarter, {shift >= 1 ? 1 : 0, shift == 3 ? 1 : 0, shift >= 2 ? 1 : 0});
    scaled += shift;
  }
  return scaled;
}

std::vector<int64_t> fft_table(int64_t points) {
  std::vector<int64_t> table;
  int64_t quarter = is_power_of_four(static_cast<size_t>(points)) ? 4 : 2;
  for (; quarter < points; quarter *= 4) {
    for (int64_t k = 0; k < quarter; ++k) {
      for (const int64_t times : {2, 1, 3}) {
        const Complex w = turn_q15(times * k, 4 * quarter);
        table.push_back(w.re);
        table.push_back(w.im);
      }
    }
  }
  return table;
}

std::vector<int32_t> real_powers(const std::vector<Complex>& values) {
  const size_t points = values.size();
  const auto power = [](int64_t re, int64_t im) { return static_cast<int32_t>(re * re + im * im); };
  std::vector<int32_t> powers(points + 1);
  powers[0] = power(values[0].re + values[0].im, 0);
  powers[points] = power(values[0].re - values[0].im, 0);
  powers[points / 2] = power(values[points / 2].re, values[points / 2].im);
  for (size_t k = 1; k < points / 2; ++k) {
    const Complex a = values[k], b = {values[points - k].re, -values[points - k].im};
    const Complex even = plus(a, b, 1), odd = minus(a, b, 1);
    const Complex t = times_i(turned(odd, turn_q15(static_cast<int64_t>(k), static_cast<int64_t>(2 * points)), 0));
    powers[k] = power(even.re - t.re, even.im - t.im);
    powers[points - k] = power(even.re + t.re, even.im + t.im);
  }
  return powers;
}

std::vector<int64_t> real_table(int64_t points) {
  std::vector<int64_t> table;
  for (int64_t k = 1; k < points / 2; ++k) {
    const Complex w = turn_q15(k, 2 * points);
    table.push_back(w.re);
    table.push_back(w.im);
  }
  return table;
}

}  // namespace apprentice::frontend
