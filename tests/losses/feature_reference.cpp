// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/feature_reference.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "apprentice/base/random.h"

namespace apprentice {
namespace {

using Values = std::vector<double>;

// Plain numbers [batch, channels, height, width].
struct Maps {
  int64_t batch = 0, channels = 0, height = 1, width = 1;
  Values values;
  Maps(int64_t b, int64_t c, int64_t h, int64_t w)
      : batch(b), channels(c), height(h), width(w), values(static_cast<size_t>(b * c * h * w)) {}
  explicit Maps(const at::Tensor& t)
      : Maps(t.size(0), t.size(1), t.dim() > 2 ? t.size(2) : 1, t.dim() > 2 ? t.size(3) : 1) {
    const at::Tensor flat = t.detach().contiguous();
    std::copy_n(flat.data_ptr<double>(), flat.numel(), values.data());
  }
  double& at(int64_t b, int64_t c, int64_t y, int64_t x) {
    return values[static_cast<size_t>(((b * channels + c) * height + y) * width + x)];
  }
  double at(int64_t b, int64_t c, int64_t y, int64_t x) const {
    return values[static_cast<size_t>(((b * channels + c) * height + y) * width + x)];
  }
  // All values of one sample.
  Values row(int64_t b) const {
    const auto size = static_cast<std::ptrdiff_t>(channels * height * width);
    return {values.begin() + b * size, values.begin() + (b + 1) * size};
  }
};

// Of contiguous tensors.
double entry(const at::Tensor& t, int64_t i) { return t.data_ptr<double>()[i]; }
double entry(const at::Tensor& t, int64_t i, int64_t j) { return entry(t, i * t.size(1) + j); }

Maps made(int64_t b, int64_t c, int64_t h, int64_t w,
          const std::function<double(int64_t, int64_t, int64_t, int64_t)>& value) {
  Maps maps(b, c, h, w);
  for (int64_t i = 0; i < b; ++i)
    for (int64_t j = 0; j < c; ++j)
      for (int64_t y = 0; y < h; ++y)
        for (int64_t x = 0; x < w; ++x) maps.at(i, j, y, x) = value(i, j, y, x);
  return maps;
}

// Adaptive average pooling: place i of n covers floor(i size / n) to ceil((i + 1) size / n).
Maps pooled(const Maps& maps, int64_t height, int64_t width) {
  return made(maps.batch, maps.channels, height, width, [&](int64_t b, int64_t c, int64_t y, int64_t x) {
    const int64_t top = y * maps.height / height, bottom = ((y + 1) * maps.height + height - 1) / height;
    const int64_t left = x * maps.width / width, right = ((x + 1) * maps.width + width - 1) / width;
    double sum = 0.0;
    for (int64_t v = top; v < bottom; ++v)
      for (int64_t u = left; u < right; ++u) sum += maps.at(b, c, v, u);
    return sum / static_cast<double>((bottom - top) * (right - left));
  });
}

void fit(Maps& a, Maps& b) {
  const int64_t height = std::min(a.height, b.height), width = std::min(a.width, b.width);
  a = pooled(a, height, width);
  b = pooled(b, height, width);
}

// Convolution with weight [out, in, k, k] (or [out, in]), zero padding k / 2.
Maps convolved(const Maps& maps, const at::Tensor& weight) {
  const int64_t k = weight.dim() > 2 ? weight.size(2) : 1, reach = k / 2;
  const int64_t inputs = weight.size(1);
  return made(maps.batch, weight.size(0), maps.height, maps.width, [&](int64_t b, int64_t o, int64_t y, int64_t x) {
    double sum = 0.0;
    for (int64_t i = 0; i < maps.channels; ++i)
      for (int64_t t = 0; t < k * k; ++t) {
        const int64_t v = y + t / k - reach, u = x + t % k - reach;
        if (v < 0 || u < 0 || v >= maps.height || u >= maps.width) continue;
        sum += entry(weight, (o * inputs + i) * k * k + t) * maps.at(b, i, v, u);
      }
    return sum;
  });
}

Maps normed(const Maps& maps, const at::Tensor& scale, const at::Tensor& offset) {
  Maps out = maps;
  const double count = static_cast<double>(maps.batch * maps.height * maps.width);
  for (int64_t c = 0; c < maps.channels; ++c) {
    double sum = 0.0, squares = 0.0;
    const auto each = [&](const std::function<void(double&)>& visit) {
      for (int64_t b = 0; b < maps.batch; ++b)
        for (int64_t y = 0; y < maps.height; ++y)
          for (int64_t x = 0; x < maps.width; ++x) visit(out.at(b, c, y, x));
    };
    each([&](double& v) { sum += v; });
    each([&](double& v) { squares += std::pow(v - sum / count, 2); });
    each([&](double& v) {
      v = (v - sum / count) / std::sqrt(squares / count + 1e-5) * entry(scale, c) + entry(offset, c);
    });
  }
  return out;
}

Maps relu(Maps maps) {
  for (double& value : maps.values) value = std::max(value, 0.0);
  return maps;
}

double mean_square(const Values& a, const Values& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(a[i] - b[i], 2);
  return sum / static_cast<double>(a.size());
}

double dot(const Values& a, const Values& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Values unit(Values row) {
  const double length = std::sqrt(dot(row, row) + 1e-24);
  for (double& value : row) value /= length;
  return row;
}

double fitnet(const FeatureCase& input) {
  double sum = 0.0;
  for (size_t i = 0; i < input.student.size(); ++i) {
    Maps own(input.student[i]), given(input.teacher[i]);
    fit(own, given);
    Maps guess = convolved(own, input.parameters[2 * i]);
    for (int64_t b = 0; b < guess.batch; ++b)
      for (int64_t c = 0; c < guess.channels; ++c)
        for (int64_t y = 0; y < guess.height; ++y)
          for (int64_t x = 0; x < guess.width; ++x) guess.at(b, c, y, x) += entry(input.parameters[2 * i + 1], c);
    sum += mean_square(guess.values, given.values);
  }
  return 100.0 * sum / static_cast<double>(input.student.size());
}

Values attention(const Maps& maps, int64_t b) {
  Values energy;
  for (int64_t y = 0; y < maps.height; ++y)
    for (int64_t x = 0; x < maps.width; ++x) {
      double sum = 0.0;
      for (int64_t c = 0; c < maps.channels; ++c) sum += std::pow(maps.at(b, c, y, x), 2);
      energy.push_back(sum / static_cast<double>(maps.channels));
    }
  return unit(energy);
}

double at_loss(const FeatureCase& input) {
  double sum = 0.0;
  for (size_t i = 0; i < input.student.size(); ++i) {
    Maps own(input.student[i]), given(input.teacher[i]);
    fit(own, given);
    for (int64_t b = 0; b < own.batch; ++b)
      sum += mean_square(attention(own, b), attention(given, b)) / static_cast<double>(own.batch);
  }
  return 1000.0 * sum;
}

// Rows of similarities between samples, each of length 1.
std::vector<Values> similarities(const Maps& maps) {
  std::vector<Values> rows;
  for (int64_t i = 0; i < maps.batch; ++i) {
    Values row;
    for (int64_t j = 0; j < maps.batch; ++j) row.push_back(dot(maps.row(i), maps.row(j)));
    rows.push_back(unit(row));
  }
  return rows;
}

double sp(const FeatureCase& input) {
  const auto own = similarities(Maps(input.student.back())), given = similarities(Maps(input.teacher.back()));
  double sum = 0.0;
  for (size_t i = 0; i < own.size(); ++i) sum += mean_square(own[i], given[i]) / static_cast<double>(own.size());
  return 3000.0 * sum;
}

double huber(double difference) {
  const double size = std::abs(difference);
  return size < 1.0 ? 0.5 * size * size : size - 0.5;
}

Values difference(const Values& a, const Values& b) {
  Values out;
  for (size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

Values relative_distances(const Maps& f) {
  Values distances;
  double sum = 0.0, count = 0.0;
  for (int64_t i = 0; i < f.batch; ++i)
    for (int64_t j = 0; j < f.batch; ++j) {
      const Values apart = difference(f.row(i), f.row(j));
      distances.push_back(std::sqrt(dot(apart, apart)));
      sum += distances.back();
      count += i == j ? 0.0 : 1.0;
    }
  for (double& d : distances) d = sum > 0.0 ? d / (sum / count) : 0.0;
  return distances;
}

double rkd(const FeatureCase& input) {
  const Maps own(input.student.back()), given(input.teacher.back());
  const Values a = relative_distances(own), b = relative_distances(given);
  double distance = 0.0, angle = 0.0;
  for (size_t i = 0; i < a.size(); ++i) distance += huber(a[i] - b[i]) / static_cast<double>(a.size());
  const auto cosine = [](const Maps& f, int64_t j, int64_t i, int64_t k) {
    return dot(unit(difference(f.row(i), f.row(j))), unit(difference(f.row(k), f.row(j))));
  };
  for (int64_t j = 0; j < own.batch; ++j)
    for (int64_t i = 0; i < own.batch; ++i)
      for (int64_t k = 0; k < own.batch; ++k) angle += huber(cosine(own, j, i, k) - cosine(given, j, i, k));
  return 25.0 * distance + 50.0 * angle / std::pow(static_cast<double>(own.batch), 3);
}

std::vector<Values> neighbours(const Maps& f) {
  std::vector<Values> rows;
  for (int64_t i = 0; i < f.batch; ++i) {
    Values row;
    double sum = 0.0;
    for (int64_t j = 0; j < f.batch; ++j) {
      row.push_back((dot(unit(f.row(i)), unit(f.row(j))) + 1.0) / 2.0);
      sum += row.back();
    }
    for (double& value : row) value /= sum;
    rows.push_back(row);
  }
  return rows;
}

double pkt(const FeatureCase& input) {
  const auto own = neighbours(Maps(input.student.back())), given = neighbours(Maps(input.teacher.back()));
  double sum = 0.0;
  for (size_t i = 0; i < own.size(); ++i)
    for (size_t j = 0; j < own.size(); ++j) sum += given[i][j] * std::log((given[i][j] + 1e-7) / (own[i][j] + 1e-7));
  return 30000.0 * sum / static_cast<double>(own.size() * own.size());
}

Values channel_unit(const Maps& maps, int64_t b, int64_t c) {
  Values places;
  for (int64_t y = 0; y < maps.height; ++y)
    for (int64_t x = 0; x < maps.width; ++x) places.push_back(maps.at(b, c, y, x));
  return unit(places);
}

double nst(const FeatureCase& input) {
  const auto kernel = [](const Maps& a, const Maps& b) {
    double sum = 0.0;
    for (int64_t n = 0; n < a.batch; ++n)
      for (int64_t i = 0; i < a.channels; ++i)
        for (int64_t j = 0; j < b.channels; ++j) sum += std::pow(dot(channel_unit(a, n, i), channel_unit(b, n, j)), 2);
    return sum / static_cast<double>(a.batch * a.channels * b.channels);
  };
  double sum = 0.0;
  for (size_t i = 0; i < input.student.size(); ++i) {
    Maps own(input.student[i]), given(input.teacher[i]);
    fit(own, given);
    sum += kernel(given, given) + kernel(own, own) - 2.0 * kernel(own, given);
  }
  return 50.0 * sum;
}

double vid(const FeatureCase& input) {
  double sum = 0.0;
  for (size_t i = 0; i < input.student.size(); ++i) {
    Maps own(input.student[i]), given(input.teacher[i]);
    fit(own, given);
    const at::Tensor* p = &input.parameters[4 * i];
    const Maps mean = convolved(relu(convolved(relu(convolved(own, p[0])), p[1])), p[2]);
    double surprise = 0.0;
    for (int64_t b = 0; b < mean.batch; ++b)
      for (int64_t c = 0; c < mean.channels; ++c)
        for (int64_t y = 0; y < mean.height; ++y)
          for (int64_t x = 0; x < mean.width; ++x) {
            const double variance = std::log1p(std::exp(entry(p[3], c))) + 1e-5;
            surprise += std::pow(mean.at(b, c, y, x) - given.at(b, c, y, x), 2) / variance + std::log(variance);
          }
    sum += 0.5 * surprise / static_cast<double>(mean.values.size());
  }
  return sum;
}

Values centred(Values values) {
  double sum = 0.0;
  for (double value : values) sum += value;
  for (double& value : values) value -= sum / static_cast<double>(values.size());
  return values;
}

double srrl(const FeatureCase& input) {
  const Maps own(input.student.back()), given(input.teacher.back());
  const Maps vectors = relu(normed(convolved(own, input.parameters[0]), input.parameters[1], input.parameters[2]));
  double error = 0.0;
  const int64_t classes = input.classifier.size(0);
  for (int64_t b = 0; b < vectors.batch; ++b) {
    Values guess, answer;
    for (int64_t k = 0; k < classes; ++k) {
      double logit = entry(input.classifier_offset, k);
      for (int64_t c = 0; c < vectors.channels; ++c) logit += entry(input.classifier, k, c) * vectors.at(b, c, 0, 0);
      guess.push_back(logit);
      answer.push_back(entry(input.teacher_logits, b, k));
    }
    error += mean_square(centred(guess), centred(answer)) / static_cast<double>(vectors.batch);
  }
  return mean_square(vectors.values, given.values) + error;
}

Values embedded(const Values& vector, const at::Tensor& weight, const at::Tensor& offset) {
  Values out;
  for (int64_t i = 0; i < weight.size(0); ++i) {
    double sum = entry(offset, i);
    for (int64_t j = 0; j < weight.size(1); ++j) sum += entry(weight, i, j) * vector[static_cast<size_t>(j)];
    out.push_back(sum);
  }
  return unit(out);
}

double crd(const FeatureCase& input) {
  constexpr int64_t kNegatives = 512;
  const auto samples = static_cast<double>(input.labels.size()), batch = static_cast<double>(input.samples.size());
  std::vector<std::vector<int64_t>> rows;  // the sample itself, then its negatives
  for (int64_t sample : input.samples) {
    Rng rng(1, fmt::format("loss/crd/{}/{}", input.epoch, sample));
    rows.push_back({sample});
    while (rows.back().size() <= kNegatives) {
      const auto other = static_cast<int64_t>(rng.below(input.labels.size()));
      if (input.labels[static_cast<size_t>(other)] != input.labels[static_cast<size_t>(sample)])
        rows.back().push_back(other);
    }
  }
  double loss = 0.0;
  for (const bool student : {true, false}) {
    const Maps vectors(student ? input.student.back() : input.teacher.back());
    const at::Tensor* p = &input.parameters[student ? 0 : 2];
    const Maps memory(input.memories[student ? 2 : 0]);
    const double scale = entry(input.memories[student ? 3 : 1], 0), chance = kNegatives / samples;
    for (size_t b = 0; b < rows.size(); ++b) {
      const Values e = embedded(vectors.row(static_cast<int64_t>(b)), p[0], p[1]);
      for (size_t k = 0; k < rows[b].size(); ++k) {
        const double h = std::exp(dot(e, memory.row(rows[b][k])) / 0.07) / scale;
        loss -= std::log((k == 0 ? h : chance) / (h + chance + 1e-7)) / batch;
      }
    }
  }
  return 0.8 * loss;
}

double hierarchical_error(const Maps& own, const Maps& given) {
  double sum = mean_square(own.values, given.values), weight = 1.0, weights = 1.0;
  for (int64_t places : {4, 2, 1}) {
    if (places >= std::max(own.height, own.width)) continue;
    const int64_t height = std::min(places, own.height), width = std::min(places, own.width);
    weight /= 2.0;
    weights += weight;
    sum += weight * mean_square(pooled(own, height, width).values, pooled(given, height, width).values);
  }
  return sum / weights;
}

double reviewkd(const FeatureCase& input) {
  const size_t stages = input.student.size();
  double sum = 0.0;
  Maps deeper(0, 0, 0, 0);
  for (size_t i = stages; i-- > 0;) {
    const at::Tensor* p = &input.parameters[8 * i];  // the deepest stage, last, has 6
    Maps fused = normed(convolved(Maps(input.student[i]), p[0]), p[1], p[2]);
    if (i + 1 < stages) {
      const Maps raised =
          made(fused.batch, fused.channels, fused.height, fused.width, [&](int64_t b, int64_t c, int64_t y, int64_t x) {
            return deeper.at(b, c, y * deeper.height / fused.height, x * deeper.width / fused.width);
          });
      const Maps both = made(
          fused.batch, 2 * fused.channels, fused.height, fused.width, [&](int64_t b, int64_t c, int64_t y, int64_t x) {
            return c < fused.channels ? fused.at(b, c, y, x) : raised.at(b, c - fused.channels, y, x);
          });
      const Maps scores = convolved(both, p[6]);
      const auto share = [&](int64_t b, int64_t which, int64_t y, int64_t x) {
        return 1.0 / (1.0 + std::exp(-scores.at(b, which, y, x) - entry(p[7], which)));
      };
      fused =
          made(fused.batch, fused.channels, fused.height, fused.width, [&](int64_t b, int64_t c, int64_t y, int64_t x) {
            return fused.at(b, c, y, x) * share(b, 0, y, x) + raised.at(b, c, y, x) * share(b, 1, y, x);
          });
    }
    Maps own = normed(convolved(fused, p[3]), p[4], p[5]), given(input.teacher[i]);
    fit(own, given);
    sum += hierarchical_error(own, given);
    deeper = fused;
  }
  return 5.0 * sum * std::min(1.0, static_cast<double>(input.epoch) / 20.0);
}

double heteroscedastic(const FeatureCase& input) {
  const Maps vectors(input.student.back());
  double sum = 0.0;
  for (int64_t b = 0; b < vectors.batch; ++b) {
    double log_variance = entry(input.parameters[1], 0);
    for (int64_t c = 0; c < vectors.channels; ++c) {
      log_variance += entry(input.parameters[0], 0, c) * vectors.at(b, c, 0, 0);
    }
    const double y = entry(input.logits, b, 0);
    sum += 0.5 * std::pow(y - entry(input.values, b, 0), 2);
    sum += 0.25 * (std::pow(y - entry(input.teacher_logits, b, 0), 2) * std::exp(-log_variance) + log_variance);
  }
  return sum / static_cast<double>(vectors.batch);
}

}  // namespace

const std::map<std::string, FeatureReference>& feature_references() {
  static const std::map<std::string, FeatureReference> kReferences = {
      {"fitnet", fitnet},
      {"at", at_loss},
      {"sp", sp},
      {"rkd", rkd},
      {"pkt", pkt},
      {"nst", nst},
      {"vid", vid},
      {"srrl", srrl},
      {"crd", crd},
      {"reviewkd", reviewkd},
      {"heteroscedastic", heteroscedastic},
  };
  return kReferences;
}

}  // namespace apprentice
