// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/operators.h"

#include <algorithm>
#include <sstream>
#include <tuple>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string full_name(const std::string& domain, const std::string& name) {
  return domain.empty() ? name : domain + "." + name;
}

// ai.onnx first, then domain by domain.
Rows sorted(Rows rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    const bool a_domain = a.first.find('.') != std::string::npos, b_domain = b.first.find('.') != std::string::npos;
    return std::tie(a_domain, a.first) < std::tie(b_domain, b.first);
  });
  return rows;
}

// Attributes of old opsets that say nothing about the result.
bool is_hint(const std::string& attribute) { return attribute == "consumed_inputs"; }

// "`alpha`, `beta`"
std::string attributes_of(const OpRow& row) {
  std::istringstream words(row.attributes);
  std::string list;
  for (std::string word; words >> word;)
    if (!is_hint(word)) list += fmt::format("{}`{}`", list.empty() ? "" : ", ", word);
  return list;
}

std::string table_row(const OpRow& row) {
  return fmt::format("| `{}` | {} | {} |\n", full_name(row.domain, row.name), row.min_opset, attributes_of(row));
}

}  // namespace

Rows supported_operators() {
  Rows rows;
  for (const OpRow& row : op_table())
    rows.emplace_back(full_name(row.domain, row.name), fmt::format("since opset {}", row.min_opset));
  return sorted(std::move(rows));
}

Rows unsupported_operators() {
#define APPRENTICE_ONNX_UNSUPPORTED(domain, name, why) {full_name(domain, name), why},
  return sorted({
#include "apprentice/onnx/run/unsupported.def"
  });
#undef APPRENTICE_ONNX_UNSUPPORTED
}

std::string operators_markdown() {
  const Rows supported = supported_operators();
  std::string page = fmt::format(
      "# ONNX operators\n\n"
      "Made from the code by `apprentice list operators --markdown`; a test compares. How models are read and run:\n"
      "[onnx_import.md](formats/onnx_import.md).\n\n"
      "## What runs\n\n"
      "{} operators, from the opset given up to opset {} of ai.onnx and {} of ai.onnx.ml. An attribute that is not "
      "listed is refused by\nname; so is a value of one that has no meaning here. Local functions of a model are "
      "replaced by their nodes.\n\n"
      "| operator | since opset | attributes |\n|---|---|---|\n",
      supported.size(), kNewestOpset, kNewestMlOpset);
  for (const auto& [name, since] : supported) {
    const auto row = std::find_if(op_table().begin(), op_table().end(), [&, &wanted = name](const OpRow& each) {
      return full_name(each.domain, each.name) == wanted;
    });
    page += table_row(*row);
  }
  page +=
      "\n## What does not\n\nA model with one of these is refused by name; record its answers instead "
      "([how](howto/bring_your_teacher.md#recorded-answers)).\n\n| operator | why |\n|---|---|\n";
  for (const auto& [name, why] : unsupported_operators()) page += fmt::format("| `{}` | {} |\n", name, why);
  return page;
}

}  // namespace apprentice::onnx::run
