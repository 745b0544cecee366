// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/compare.h"

#include "apprentice/report/comparison.h"
#include "target.h"

namespace apprentice::cli {
namespace {

Status show_comparison(const pipeline::RunDirectory& directory, Form form, Console& console) {
  APPRENTICE_TRY(const report::ComparisonData data, report::read_comparison(directory.file(report::kComparisonJson)));
  const std::string page = directory.file(report::kComparisonPage);
  console.result(form == Form::kJson ? report::comparison_json_text(data)
                                     : report::render_text(data) + "\n" + page + "\n");
  return {};
}

}  // namespace

Action declare_compare(Options options) {
  const auto target = add_target(options);
  const auto methods = std::make_shared<std::string>();
  const auto seeds = std::make_shared<int64_t>(5);
  const auto form = std::make_shared<Form>(Form::kText);
  options.text(
      "--methods", *methods,
      "losses with their keys, \"job\" for that of the job; default: it and all that learn from a teacher's outputs");
  options.number("--seeds", *seeds, 1, 100, "trainings of each method and of the control arm");
  options.json(*form);
  options.about(
      "Trains the job's student by each method and by labels alone (the control arm, always there) from the\n"
      "same stored answers, one core a training; losses that look at features, where --methods names them. The\n"
      "validation split chooses the winner; the test split is read once, at the end.\n"
      "Writes compare/comparison.json and comparison.html. After Ctrl-C or a crash, give the same command again.\n"
      "Example: apprentice compare job.toml --methods kd,kd:T=1,hard_weight=0,dkd --seeds 5");
  return [target, methods, seeds, form](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(
        const std::vector<pipeline::Method> list,
        pipeline::read_methods(methods->empty() ? std::vector<std::string>{} : pipeline::split_methods(*methods), job));
    APPRENTICE_TRY(pipeline::Run run, run_one_until(job, *target, "assist", session));
    session.console.note(fmt::format("{} trainings: {} methods and the control arm, {} seeds each",
                                     (static_cast<int64_t>(list.size()) + 1) * *seeds, list.size(), *seeds));
    APPRENTICE_CHECK(pipeline::compare(run, list, *seeds));
    return show_comparison(run.directory, *form, session.console);
  };
}

}  // namespace apprentice::cli
