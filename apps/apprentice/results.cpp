// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "apprentice/report/folds.h"
#include "apprentice/report/results_page.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

Result<std::string> folds_section(const std::vector<std::string>& folders) {
  std::vector<report::ComparisonData> comparisons;
  for (const std::string& folder : folders) {
    APPRENTICE_TRY(comparisons.emplace_back(), report::read_comparison(folder + "/" + report::kComparisonJson));
  }
  APPRENTICE_TRY(const std::vector<report::PooledFolds> jobs, report::pool_folds(comparisons));
  return report::render_folds(jobs);
}

std::string json_text(const std::vector<report::FinishedRun>& runs) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const report::FinishedRun& run : runs) {
    nlohmann::ordered_json proofs = nlohmann::ordered_json::array();
    for (const package::DeviceReport& row : run.proofs) {
      proofs.push_back({{"device", row.device},
                        {"core", row.core},
                        {"vectors", row.vectors},
                        {"vectors_equal", row.vectors_equal},
                        {"instructions", row.instructions},
                        {"flash_bytes", row.flash_bytes},
                        {"ram_bytes", row.ram_bytes}});
    }
    list.push_back({{"method", run.method}, {"report", report::to_json(run.report)}, {"proofs", proofs}});
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

Action declare_results(Options options) {
  const auto folders = std::make_shared<std::vector<std::string>>();
  const auto folds = std::make_shared<std::vector<std::string>>();
  const auto title = std::make_shared<std::string>("# Results\n");
  const auto output = std::make_shared<std::string>();
  options.texts("RUN", *folders, "finished run directories", Need::kOptional);
  options.texts("--folds", *folds, "run directories of apprentice compare, of jobs that differ in [split] fold only",
                Need::kOptional);
  options.text("--introduction", *title, "Markdown that leads the page");
  options.text("--output", *output, "a file to write; default: the terminal");
  const auto form = std::make_shared<Form>(Form::kText);
  options.json(*form);
  options.about(
      "Puts finished runs side by side as a Markdown page: quality, cost, gain over the control arm, and what\n"
      "`apprentice prove` proved. Comparisons of several folds are pooled.\n"
      "Example: apprentice results runs/first runs/second --output results.md");
  return [folders, folds, title, output, form](Session& session) -> Status {
    if (folders->empty() && folds->empty()) return bad_input("results", "no run directory is given; see --help");
    std::vector<report::FinishedRun> runs;
    for (const std::string& folder : *folders) {
      APPRENTICE_TRY(std::vector<report::FinishedRun> found, report::read_finished_runs(folder));
      std::move(found.begin(), found.end(), std::back_inserter(runs));
    }
    APPRENTICE_TRY(const std::string cross_validation, folds_section(*folds));
    if (*form == Form::kJson) {
      const std::string text = json_text(runs);
      if (!output->empty()) return write_file(*output, text);
      session.console.result(text);
      return {};
    }
    const std::string page = (runs.empty() ? *title : report::render_results(runs, *title)) + cross_validation;
    if (!output->empty()) return write_file(*output, page);
    session.console.result(page);
    return {};
  };
}

}  // namespace apprentice::cli
