// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/column_words.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace apprentice::data {
namespace {

using Words = std::set<std::string>;

bool all_of(const std::vector<std::string>& words, const Words& known, const Words& also) {
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return known.count(word) != 0 || also.count(word) != 0 || std::isdigit(static_cast<unsigned char>(word[0])) != 0;
  });
}

bool any_of(const std::vector<std::string>& words, const Words& known) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return known.count(word) != 0; });
}

const Words kIdWords{"id", "no", "nr", "num", "number", "name", "code", "serial", "idx", "index", "key"};
const Words kGroupWords{"machine",  "engine",      "unit",       "device",    "asset",    "equipment", "pump",
                        "motor",    "bearing",     "vehicle",    "car",       "subject",  "user",      "person",
                        "patient",  "participant", "run",        "recording", "record",   "session",   "trial",
                        "batch",    "lot",         "experiment", "group",     "station",  "site",      "line",
                        "block",    "file",        "filename",   "series",    "sequence", "segment",   "product",
                        "specimen", "sample",      "maschine",   "anlage",    "charge",   "turbine",   "robot",
                        "node",     "plant",       "tool",       "episode",   "volunteer"};

}  // namespace

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words;
  enum class Kind { kNone, kLower, kUpper, kDigit } last = Kind::kNone;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const Kind kind = std::isdigit(c) != 0                ? Kind::kDigit
                      : std::isupper(c) != 0              ? Kind::kUpper
                      : std::isalpha(c) != 0 || c >= 0x80 ? Kind::kLower
                                                          : Kind::kNone;
    const bool hump = kind == Kind::kUpper && last == Kind::kLower;
    const bool digit = (kind == Kind::kDigit) != (last == Kind::kDigit);
    if (kind != Kind::kNone && (last == Kind::kNone || hump || digit)) words.emplace_back();
    if (kind != Kind::kNone) words.back() += static_cast<char>(std::tolower(c));
    last = kind;
  }
  return words;
}

int label_rank(const std::string& name) {
  static const std::vector<std::string> kWords{"label",   "labels", "class",   "target",     "fault",    "failure",
                                               "anomaly", "state",  "status",  "condition",  "activity", "category",
                                               "outcome", "defect", "gesture", "diagnosis",  "species",  "verdict",
                                               "health",  "mode",   "klasse",  "zustand",    "fehler",   "y",
                                               "result",  "event",  "type",    "changepoint"};
  // "faulty", "failed", "anomalous", "classification".
  static const std::set<std::string> kStems{"label", "fault", "fail", "anomal", "defect", "abnormal", "alarm", "error"};
  const std::vector<std::string> words = words_of(name);
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (std::find(words.begin(), words.end(), kWords[i]) == words.end()) continue;
    if (kWords[i] == "y" && words.size() > 1) continue;
    return static_cast<int>(i);
  }
  const auto starts = [](const std::string& word) {
    return std::any_of(kStems.begin(), kStems.end(),
                       [&](const std::string& stem) { return word.compare(0, stem.size(), stem) == 0; });
  };
  return std::any_of(words.begin(), words.end(), starts) ? static_cast<int>(kWords.size()) : -1;
}

bool names_group(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  return any_of(words, kGroupWords) && all_of(words, kGroupWords, kIdWords);
}

bool names_time(const std::string& name) {
  static const Words kWords{"time", "timestamp",   "datetime", "date", "ts", "epoch",
                            "zeit", "zeitstempel", "datum",    "year", "t"};
  static const Words kAlso{"s", "ms", "us", "ns", "sec", "seconds", "min", "h", "utc", "local", "unix", "stamp"};
  const std::vector<std::string> words = words_of(name);
  return any_of(words, kWords) && all_of(words, kWords, kAlso);
}

bool names_counter(const std::string& name) {
  static const Words kWords{"cycle", "cycles", "step",    "tick",   "frame", "hour",
                            "hours", "day",    "counter", "sample", "row"};
  const std::vector<std::string> words = words_of(name);
  return any_of(words, kWords) && all_of(words, kWords, kIdWords);
}

bool names_identifier(const std::string& name) {
  static const Words kWords{"id",  "index", "idx", "udi",    "uid", "uuid",   "guid",
                            "row", "nr",    "no",  "serial", "key", "unnamed"};
  return any_of(words_of(name), kWords);
}

}  // namespace apprentice::data
