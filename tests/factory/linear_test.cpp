// SPDX-License-Identifier: Apache-2.0
// The hall is no toy: softmax regression on raw normalised windows stays far from the answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/data/factory/factory.h"
#include "apprentice/data/factory/fault.h"
#include "tests/factory/read_recordings.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

constexpr size_t kWindow = 512 * data::kFactoryChannels;

struct Windows {
  std::vector<std::vector<float>> inputs;
  std::vector<size_t> labels;
};

size_t label_of(const std::string& fault) {
  for (size_t i = 0; i < data::fault_kinds().size(); ++i) {
    if (fault == data::fault_kinds()[i].name) return i;
  }
  throw BrokenPromise("no such fault");
}

Windows windows_of(const std::string& folder, const std::string& side) {
  Windows windows;
  for (const test::IndexRow& row : test::read_index(folder)) {
    if (row.at("side") != side) continue;
    const std::vector<float> values = test::read_recording(folder + "/" + row.at("file"));
    for (size_t start = 0; start + kWindow <= values.size(); start += kWindow) {
      windows.inputs.emplace_back(values.begin() + static_cast<int64_t>(start),
                                  values.begin() + static_cast<int64_t>(start + kWindow));
      windows.labels.push_back(label_of(row.at("fault")));
    }
  }
  return windows;
}

// Per channel, fitted on `train`: mean 0, deviation 1.
void normalise(const Windows& train, Windows& windows) {
  for (size_t c = 0; c < data::kFactoryChannels; ++c) {
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (const auto& input : train.inputs) {
      for (size_t i = c; i < kWindow; i += data::kFactoryChannels) {
        const double value = static_cast<double>(input[i]);
        sum += value;
        squares += value * value;
        count += 1.0;
      }
    }
    const double mean = sum / count, deviation = std::sqrt(squares / count - mean * mean);
    for (auto& input : windows.inputs) {
      for (size_t i = c; i < kWindow; i += data::kFactoryChannels) {
        input[i] = static_cast<float>((static_cast<double>(input[i]) - mean) / deviation);
      }
    }
  }
}

class Softmax {
 public:
  Softmax() : weights_(data::fault_kinds().size(), std::vector<float>(kWindow + 1, 0.0F)) {}

  std::vector<float> scores(const std::vector<float>& input) const {
    std::vector<float> out;
    for (const auto& row : weights_) {
      float sum = row[kWindow];
      for (size_t i = 0; i < kWindow; ++i) sum += row[i] * input[i];
      out.push_back(sum);
    }
    return out;
  }

  void step(const std::vector<float>& input, size_t label, float rate) {
    std::vector<float> p = scores(input);
    const float top = *std::max_element(p.begin(), p.end());
    float sum = 0.0F;
    for (float& value : p) sum += value = std::exp(value - top);
    for (size_t k = 0; k < p.size(); ++k) {
      const float slope = rate * (p[k] / sum - (k == label ? 1.0F : 0.0F));
      for (size_t i = 0; i < kWindow; ++i) weights_[k][i] -= slope * input[i];
      weights_[k][kWindow] -= slope;
    }
  }

  double accuracy(const Windows& windows) const {
    int64_t right = 0;
    for (size_t i = 0; i < windows.inputs.size(); ++i) {
      const std::vector<float> s = scores(windows.inputs[i]);
      const auto best = std::max_element(s.begin(), s.end()) - s.begin();
      right += static_cast<size_t>(best) == windows.labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(windows.inputs.size());
  }

 private:
  std::vector<std::vector<float>> weights_;
};

TEST(Factory, IsWrittenInSecondsAndTooHardForALinearModelOnRawWindows) {
  const test::Scratch scratch;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(data::write_factory(scratch.path("hall"), {}, {}));
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 30.0);
  Windows train = windows_of(scratch.path("hall"), "train"), test = windows_of(scratch.path("hall"), "test");
  normalise(train, test);
  const Windows raw = train;
  normalise(raw, train);
  Softmax model;
  Rng rng(1, "linear_test");
  for (int epoch = 0; epoch < 8; ++epoch) {
    const float rate = 1e-4F * static_cast<float>(8 - epoch);
    for (int64_t i : rng.permutation(static_cast<int64_t>(train.inputs.size()))) {
      model.step(train.inputs[static_cast<size_t>(i)], train.labels[static_cast<size_t>(i)], rate);
    }
  }
  RecordProperty("linear_test_accuracy", std::to_string(model.accuracy(test)));
  EXPECT_LT(model.accuracy(test), 0.70);
  EXPECT_GT(model.accuracy(train), 0.25) << "the linear model did not learn, so it proves nothing";
}

}  // namespace
}  // namespace apprentice
