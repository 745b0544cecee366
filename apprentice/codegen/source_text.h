// SPDX-License-Identifier: Apache-2.0
// The text of the generated files: raw-string templates with named holes, {{like_this}}.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/codegen/stream.h"

namespace apprentice::codegen {

// Files of runtime/ by name; embedded by the build.
const std::map<std::string, std::string>& runtime_files();

using Holes = std::vector<std::pair<std::string, std::string>>;
// Every hole must have a value and every value a hole: otherwise BrokenPromise.
std::string fill(const char* text, const Holes& holes);

// Names and texts that are safe inside C.
std::string upper_case(const std::string& text);
// A C string literal with quotes; bytes outside printable ASCII become octal escapes.
std::string c_string(const std::string& text);
// One line for a C comment: no control characters, no way out of the comment.
std::string c_comment(const std::string& text);
// A float literal that reads back as the same float.
std::string c_float(float value);

// What the generated texts are made from.
struct SourceInput {
  const quant::QuantNet& net;
  const MemoryPlan& plan;
  const PackageOptions& options;
  const StreamPlan* stream = nullptr;  // null: the package has none
};

// The layers of a net in one arena: what they include, their constants, those of windows that are narrower than in the
// batch form, and their calls on `int8_t* const arena`.
struct LayerTexts {
  std::set<std::string> headers;
  std::string constants, windows, calls;
};
Result<LayerTexts> layer_texts(const quant::QuantNet& net, const StreamPlan& columns, const MemoryPlan& memory,
                               const std::string& prefix);

// The part of a package that is its stream; `functions` stand behind everything else in the source.
struct StreamText {
  std::vector<std::string> headers;  // of runtime/
  std::string declarations, functions;
};
Result<StreamText> stream_text(const SourceInput& input);

// `stream`: its declarations, or nothing.
std::string header_text(const SourceInput& input, const std::string& stream);
Result<std::string> source_text(const SourceInput& input, const StreamText& stream);
std::string example_text(const SourceInput& input);

// Test vectors of `samples` (float32, channel-first [n, ...]): the binary file of docs/formats/vectors.md and, for the
// first few, a C header.
std::string vectors_binary(const quant::QuantNet& net, const Tensor& samples);
std::string vectors_header(const quant::QuantNet& net, const Tensor& samples, const std::string& prefix);

}  // namespace apprentice::codegen
