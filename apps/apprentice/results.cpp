// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "apprentice/report/results_page.h"
#include "verb.h"

namespace apprentice::cli {

Action declare_results(Options options) {
  const auto folders = std::make_shared<std::vector<std::string>>();
  const auto title = std::make_shared<std::string>("# Results\n");
  const auto output = std::make_shared<std::string>();
  options.texts("RUN", *folders, "finished run directories");
  options.text("--introduction", *title, "Markdown that leads the page");
  options.text("--output", *output, "a file to write; default: the terminal");
  options.about(
      "Puts finished runs side by side as a Markdown page: quality, cost, gain over the control arm, and what\n"
      "`apprentice prove` proved.\n"
      "Example: apprentice results runs/first runs/second --output results.md");
  return [folders, title, output](Session& session) -> Status {
    std::vector<FinishedRun> runs;
    for (const std::string& folder : *folders) {
      APPRENTICE_TRY(std::vector<FinishedRun> found, read_finished_runs(folder));
      std::move(found.begin(), found.end(), std::back_inserter(runs));
    }
    const std::string page = render_results(runs, *title);
    if (!output->empty()) return write_file(*output, page);
    session.console.result(page);
    return {};
  };
}

}  // namespace apprentice::cli
