// SPDX-License-Identifier: Apache-2.0
#include "apprentice/frontend/fft.h"

#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

// Parts and products of a part and a turn fit 32 bits, with their sums: docs/formats/frontend.md.
struct Complex {
  int32_t re = 0, im = 0;
};

template <typename T>
Complex pair_at(const std::vector<T>& parts, size_t index) {
  return {parts[2 * index], parts[2 * index + 1]};
}
void put(std::vector<int32_t>& parts, size_t index, Complex z) {
  parts[2 * index] = z.re;
  parts[2 * index + 1] = z.im;
}

void add_turn(int64_t index, int64_t points, std::vector<int16_t>& table) {
  const double angle = kTurn * static_cast<double>(index) / static_cast<double>(points);
  table.push_back(to_q15(std::cos(angle)));
  table.push_back(to_q15(std::sin(angle)));
}

bool is_power_of_four(size_t value) {
  while (value > 1 && value % 4 == 0) value /= 4;
  return value == 1;
}
// How many points the first stage joins.
size_t first_stage(size_t points) { return is_power_of_four(points) ? 4 : 2; }

int32_t rounded(int32_t value, int bits) { return (value + (1 << bits >> 1)) >> bits; }

// z times the conjugate of w, whose unit is 2^-15, scaled by 2^-shift and rounded.
Complex turned(Complex z, Complex w, int shift) {
  return {rounded(z.re * w.re + z.im * w.im, 15 + shift), rounded(z.im * w.re - z.re * w.im, 15 + shift)};
}

Complex plus(Complex a, Complex b, int shift) { return {(a.re + b.re) >> shift, (a.im + b.im) >> shift}; }
Complex minus(Complex a, Complex b, int shift) { return {(a.re - b.re) >> shift, (a.im - b.im) >> shift}; }
Complex times_i(Complex z) { return {-z.im, z.re}; }

// Where a stage halves: the products, the first sums and the second sums.
struct Halves {
  int product = 0, first = 0, second = 0;
};

// Already turned, as they stand at `k` and each `quarter` from there.
struct Four {
  Complex x0, x2, x1, x3;
};
inline void join(std::vector<int32_t>& parts, size_t k, size_t quarter, Four four, Halves halves) {
  const Complex s0 = plus(four.x0, four.x2, halves.first), s1 = minus(four.x0, four.x2, halves.first);
  const Complex s2 = plus(four.x1, four.x3, halves.first), s3 = times_i(minus(four.x1, four.x3, halves.first));
  put(parts, k, plus(s0, s2, halves.second));
  put(parts, k + quarter, minus(s1, s3, halves.second));
  put(parts, k + 2 * quarter, minus(s0, s2, halves.second));
  put(parts, k + 3 * quarter, plus(s1, s3, halves.second));
}

// Joins transforms of `quarter` points, four by four; their turns begin at pair `turn`.
void join_fours(std::vector<int32_t>& parts, size_t quarter, const std::vector<int16_t>& turns, size_t turn,
                Halves halves) {
  for (size_t begin = 0; begin < parts.size() / 2; begin += 4 * quarter) {
    for (size_t k = 0; k < quarter; ++k) {
      const auto turned_at = [&](size_t i) {
        const Complex w = pair_at(turns, turn + 3 * k + i - 1);
        return turned(pair_at(parts, begin + k + i * quarter), w, halves.product);
      };
      const Complex x0 = pair_at(parts, begin + k);
      const Complex scaled{rounded(x0.re, halves.product), rounded(x0.im, halves.product)};
      join(parts, begin + k, quarter, {scaled, turned_at(1), turned_at(2), turned_at(3)}, halves);
    }
  }
}

void first_fours(std::vector<int32_t>& parts) {
  for (size_t k = 0; k < parts.size() / 2; k += 4) {
    const Four four{pair_at(parts, k), pair_at(parts, k + 1), pair_at(parts, k + 2), pair_at(parts, k + 3)};
    join(parts, k, 1, four, {0, 0, 1});
  }
}

void first_twos(std::vector<int32_t>& parts) {
  for (size_t k = 0; k < parts.size() / 2; k += 2) {
    const Complex a = pair_at(parts, k), b = pair_at(parts, k + 1);
    put(parts, k, plus(a, b, 0));
    put(parts, k + 1, minus(a, b, 0));
  }
}

}  // namespace

Fft::Fft(int64_t points) {
  const auto count = static_cast<size_t>(points);
  for (size_t i = 0; i < count; ++i) {
    size_t mirrored = 0;
    for (size_t bit = 1; bit < count; bit *= 2) mirrored = mirrored * 2 + ((i & bit) != 0 ? 1 : 0);
    mirrored_.push_back(mirrored);
  }
  for (auto quarter = static_cast<int64_t>(first_stage(count)); quarter < points; quarter *= 4) {
    for (int64_t k = 0; k < quarter; ++k) {
      for (const int64_t times : {2, 1, 3}) add_turn(times * k, 4 * quarter, turns_);
    }
  }
  for (int64_t k = 1; k < points / 2; ++k) add_turn(k, 2 * points, real_turns_);
}

int Fft::transform(const std::vector<int32_t>& pairs, std::vector<int32_t>& transformed) const {
  transformed.resize(pairs.size());
  for (size_t i = 0; i < mirrored_.size(); ++i) put(transformed, mirrored_[i], pair_at(pairs, i));
  size_t quarter = first_stage(mirrored_.size()), turn = 0;
  int scaled = 0;
  if (quarter == 4) {
    first_fours(transformed);
    scaled = 1;
  } else {
    first_twos(transformed);
  }
  for (; quarter < mirrored_.size(); quarter *= 4) {
    const int shift = 3 - std::min(3, room_of(transformed));
    join_fours(transformed, quarter, turns_, turn, {shift >= 1 ? 1 : 0, shift == 3 ? 1 : 0, shift >= 2 ? 1 : 0});
    turn += 3 * quarter;
    scaled += shift;
  }
  return scaled;
}

void Fft::real_powers(const std::vector<int32_t>& transformed, std::vector<int32_t>& powers) const {
  const size_t points = mirrored_.size();
  const auto power = [](int32_t re, int32_t im) { return re * re + im * im; };
  powers.resize(points + 1);
  const Complex first = pair_at(transformed, 0), middle = pair_at(transformed, points / 2);
  powers[0] = power(first.re + first.im, 0);
  powers[points] = power(first.re - first.im, 0);
  powers[points / 2] = power(middle.re, middle.im);
  for (size_t k = 1; k < points / 2; ++k) {
    const Complex a = pair_at(transformed, k), b = pair_at(transformed, points - k);
    const Complex even = plus(a, {b.re, -b.im}, 1), odd = minus(a, {b.re, -b.im}, 1);
    const Complex t = times_i(turned(odd, pair_at(real_turns_, k - 1), 0));
    powers[k] = power(even.re - t.re, even.im - t.im);
    powers[points - k] = power(even.re + t.re, even.im + t.im);
  }
}

}  // namespace apprentice::frontend
