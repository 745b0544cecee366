// SPDX-License-Identifier: Apache-2.0
// What a verb works on: a job file, or a run directory (whose job is then read).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "apprentice/pipeline/hall.h"
#include "verb.h"

namespace apprentice::cli {

struct Target {
  std::string path;             // job.toml, or a run directory; empty = the one in this folder
  std::string run;              // --run; empty = the run directory given, else runs/<name of the job> beside the job
  bool allow_programs = false;  // run a teacher that is code of others
};
// Adds the positional TARGET.
void add_target_path(Options options, std::string& path);
// Adds the positional TARGET, --run and --allow-programs.
std::shared_ptr<Target> add_target(Options options);

void add_allow_programs(Options options, bool& allow);
// Starts a teacher that is code of others, where the command line allows it.
Status allow_programs(const Target& target, const pipeline::Inputs& inputs);

Result<pipeline::Job> load_job(const Target& target);
std::string run_folder(const Target& target, const pipeline::Job& job);

// "train     done in 41 s", each step measured from the end of the one before.
class StepTimes {
 public:
  std::string line(const pipeline::StepKind& step, pipeline::StepOutcome outcome);

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// Opens the job's run directories and runs the chain up to `last`, telling how each step ended.
Result<pipeline::Hall> run_until(const pipeline::Job& job, const Target& target, const std::string& last,
                                 Session& session);
// The same for what is done to one student alone; refuses a hall, which has several.
Result<pipeline::Run> run_one_until(const pipeline::Job& job, const Target& target, const std::string& last,
                                    Session& session);

// "left: ", the device that a line is about; nothing in a job of one.
std::string lead_of(const pipeline::Hall& hall, const pipeline::Run& run);
// What there is to say of each device: as it is in a job of one, of a hall {"devices": {id: ...}}.
using DeviceJson = std::function<Result<nlohmann::ordered_json>(const pipeline::Run&)>;
Result<nlohmann::ordered_json> json_of_devices(const pipeline::Hall& hall, const DeviceJson& json_of);

// Prints where `made` lies in the run directory; of a hall, in each directory that has it.
void show_made(const pipeline::Hall& hall, const std::string& made, Console& console);

// A verb that is one step of the chain and nothing more.
Action declare_step(Options options, const std::string& step, const std::string& description, const std::string& made);

}  // namespace apprentice::cli
