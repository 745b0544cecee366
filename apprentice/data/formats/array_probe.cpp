// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/array_probe.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "apprentice/base/toml_text.h"

namespace apprentice::data {
namespace {

constexpr int64_t kLongSeries = 4;  // times as many steps as channels

// `name` with the word `from` replaced; empty when it is not there. Words end at what is no letter.
std::string with_word(const std::string& name, const std::string& from, const std::string& to) {
  const auto letter = [&](size_t i) {
    return i < name.size() && std::isalpha(static_cast<unsigned char>(name[i])) != 0;
  };
  for (size_t at = name.find(from); at != std::string::npos; at = name.find(from, at + 1)) {
    if ((at == 0 || !letter(at - 1)) && !letter(at + from.size()))
      return std::string(name).replace(at, from.size(), to);
  }
  return "";
}

void add_new(const std::string& each, std::vector<std::string>& names) {
  if (!each.empty() && std::find(names.begin(), names.end(), each) == names.end()) names.push_back(each);
}

// Names that say whose sidecar they are.
std::vector<std::string> paired(const std::string& name, const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& word : words) {
    for (const char* from : {"samples", "images", "inputs", "features", "data", "windows", "X", "x"})
      add_new(with_word(name, from, word), names);
  }
  for (const std::string& word : words) add_new(name + "_" + word, names);
  return names;
}

std::vector<std::string> beside(const std::string& name, const std::vector<std::string>& words) {
  std::vector<std::string> names = paired(name, words);
  for (const std::string& word : words) {
    if (word != name) add_new(word, names);
  }
  return names;
}

const std::vector<std::string>& label_words() {
  static const std::vector<std::string> kWords{"labels", "y", "Y", "label", "classes", "targets"};
  return kWords;
}

}  // namespace

std::vector<std::string> label_names(const std::string& name) { return beside(name, label_words()); }

std::vector<std::string> paired_label_names(const std::string& name) { return paired(name, label_words()); }

std::vector<std::string> group_names(const std::string& name) {
  return beside(name, {"groups", "group", "run", "runs", "subject", "machine", "unit", "session", "recording"});
}

bool is_column(const Shape& shape, int64_t rows) {
  return (shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)) && shape[0] == rows;
}

bool may_be_one_hot(const Shape& shape, int64_t rows) {
  constexpr int64_t kMostClasses = 4096;
  return shape.size() == 2 && shape[0] == rows && shape[1] > 1 && shape[1] <= kMostClasses;
}

bool are_values(const NpyArray& array) {
  if (array.is_text) return false;
  const Tensor tensor = array.tensor.to_f32();
  return std::any_of(tensor.data<float>(), tensor.data<float>() + tensor.size(),
                     [](float value) { return value != std::floor(value); });
}

void probe_samples(const Shape& shape, DataProbe& probe) {
  probe.rows = shape.empty() ? 1 : shape[0];
  if (shape.size() > 1)
    probe.sample_shape.assign(shape.begin() + 1, shape.end());
  else
    probe.sample_shape = {1};
  const Shape& sample = probe.sample_shape;
  const int64_t last = sample.back();
  const bool image = sample.size() == 3 && (last == 1 || last == 3 || last == 4) && sample[0] > 4;
  const bool series = sample.size() == 2 && last > 0 && sample[0] >= kLongSeries * last;
  if (image || series)
    probe.keys.push_back({"layout", "\"channels_last\"",
                          fmt::format("samples of {} seem to have their channels last", to_string(sample))});
}

void probe_labels(const NpyArray& array, const std::string& where, DataProbe& probe) {
  if (!are_values(array)) {
    probe.keys.push_back({"labels", toml_text(where), "one for each row"});
    return;
  }
  probe.keys.push_back({"task", "\"regression\"", "the values have fractions"});
  probe.keys.push_back({"targets", toml_text(where), "one for each row"});
}

void probe_groups(const std::string& where, DataProbe& probe) {
  probe.keys.push_back({"groups", toml_text(where), "samples that share one stay on one side of the split"});
}

}  // namespace apprentice::data
