// SPDX-License-Identifier: Apache-2.0
#include "report_chain.h"

#include "apprentice/base/json_reader.h"
#include "apprentice/report/requirements.h"
#include "hall.h"
#include "result_text.h"

namespace apprentice::cli {
namespace {

constexpr int64_t kLargestReport = int64_t{256} << 20;

struct Wanted {
  Form form = Form::kText;
  std::string require;
};

// The run's report.json against what is required of it.
Status judge(const std::vector<Requirement>& requirements, const RunDirectory& directory, const std::string& device,
             Session& session) {
  if (requirements.empty()) return {};
  APPRENTICE_TRY(const nlohmann::ordered_json report, read_json(directory.file("report/report.json"), kLargestReport));
  APPRENTICE_TRY(const std::vector<std::string> unmet, unmet_requirements(requirements, report));
  for (const std::string& sentence : unmet) {
    session.console.note("apprentice: not met: " + (device.empty() ? "" : device + ": ") + sentence);
  }
  session.gate = session.gate == Gate::kFailed || !unmet.empty() ? Gate::kFailed : Gate::kPassed;
  return {};
}

Status run_hall_chain(const Job& job, const Target& target, const Wanted& wanted,
                      const std::vector<Requirement>& requirements, Session& session) {
  APPRENTICE_TRY(const Hall hall, run_hall_until(job, target, "report", session));
  APPRENTICE_CHECK(show_hall(hall, wanted.form, session.console));
  for (const Run& device : hall.devices) {
    APPRENTICE_CHECK(judge(requirements, device.directory, device.inputs.job.name, session));
  }
  return {};
}

Status run_chain(const Target& target, const Wanted& wanted, Session& session) {
  std::vector<Requirement> requirements;
  if (!wanted.require.empty()) {
    APPRENTICE_TRY(requirements, parse_requirements(wanted.require));
  }
  APPRENTICE_TRY(const Job job, load_job(target));
  if (job.is_hall()) return run_hall_chain(job, target, wanted, requirements, session);
  APPRENTICE_TRY(const Run run, run_until(job, target, "report", session));
  APPRENTICE_CHECK(show_report(run.directory, wanted.form, session.console));
  return judge(requirements, run.directory, "", session);
}

}  // namespace

Action declare_report_chain(Options options, const std::string& description) {
  const auto target = add_target(options);
  const auto wanted = std::make_shared<Wanted>();
  options.text("--require", wanted->require,
               "what the report must hold, else exit code 3: \"accuracy>=0.9,gain>=0\" (docs/formats/report_json.md)");
  options.json(wanted->form);
  options.about(description);
  return [target, wanted](Session& session) { return run_chain(*target, *wanted, session); };
}

}  // namespace apprentice::cli
