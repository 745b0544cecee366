// SPDX-License-Identifier: Apache-2.0
// Job: the TOML file that says everything about one run, parsed and validated. Keys: docs/howto/job_file.md.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/task.h"
#include "apprentice/data/load.h"
#include "apprentice/losses/loss_kind.h"
#include "apprentice/metrics/metric.h"
#include "apprentice/quant/quant_net.h"
#include "apprentice/train/distiller.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::pipeline {

struct LossJob {
  std::string name;  // a row of losses/kinds.def
  losses::LossKeys keys;
};
// The table [loss].
nlohmann::ordered_json to_json(const LossJob& loss);

// One of the teachers that [teach] trains, whose answers are averaged.
struct TeachMember {
  std::optional<trees::TreeOptions> trees;  // family = "trees": no network, but boosted trees
  train::TrainOptions train;                // of networks
};

struct TeachJob {
  bool present = false;
  Config table;
  std::vector<TeachMember> members;  // each has a seed of its own
  bool views = true;                 // trained on the job's views, where it has some
  std::string device = "cpu";        // where networks answer; they are trained on the processor

  // The family of a member and its keys, or layers: its own [[teach.member]], or [teach], which all share.
  Config& network(size_t member);
};

// A network between the teacher and the student: it learns from what stands before it and teaches what comes after it
// (Mirzadeh et al. 2020, arXiv 1902.03393). With the student's own network: Furlanello et al. 2018, arXiv 1805.04770.
struct AssistantJob {
  Config network;  // its table, with the keys of [student]; without any, the student's network
  LossJob loss;
  train::TrainOptions train;
};

struct DeviceJob {
  std::string name = "stm32l4r5";          // a profile's name, or the path of a .toml profile
  std::string place;                       // of the name, for messages
  int64_t flash_bytes = 0, ram_bytes = 0;  // budget of the student; 0 = what the device has
  int64_t vectors = 256;                   // inputs proven bit-equal on the device, half real and half random
  int64_t count_instructions = 8;          // inferences whose instructions are counted
};

struct PackageJob {
  std::string prefix;    // of C names; empty = from the job's name
  int64_t vectors = 16;  // inputs with expected outputs, shipped in the package
};

struct ReportJob {
  std::string title;               // empty = the job's name
  std::vector<std::string> notes;  // sentences shown on the page as they are
  int64_t bootstrap_rounds = 2000;
};

// A plain value: copies are independent, and a job that nobody changes may be read by any thread.
//
// With [[device]] a job is a hall: data and teacher of several devices, `device_ids` names them. Each device has a job
// of its own, device_job(), which reads like an ordinary one: the hall's text with the device's tables laid over it.
class Job {
 public:
  // Refuses unknown tables and keys of the tables below; what is kept as a Config (but for losses) is read by
  // load_inputs(), which knows shapes and classes.
  static Result<Job> load(const std::string& path);
  // `text` as a job that lies at `path`: messages name it, relative paths start at its folder.
  static Result<Job> parse(const std::string& text, const std::string& path);
  // The job of one device of this hall; refuses an unknown id.
  Result<Job> device_job(const std::string& id) const;

  bool is_hall() const { return !device_ids.empty(); }
  bool is_of_hall() const { return !hall.empty(); }
  // For predictions, 0 = all cores: the devices of a hall work side by side, one thread each.
  int work_threads() const { return threads == 0 && is_of_hall() ? 1 : threads; }

  TaskKind task() const { return data.keys.task; }
  // What the job judges by, on data with so many training samples a class.
  metrics::Metric metric(const std::vector<int64_t>& class_counts) const {
    return named_metric ? *named_metric : metrics::default_metric(task(), class_counts);
  }
  // Whether somebody teaches the student: [teacher], [teach] or [[assistant]].
  bool has_teacher() const { return teacher || teach.present || !assistants.empty(); }

  std::string path, folder, text;
  std::string name = "student";         // of a device of a hall: its id
  std::string hall;                     // the name of the hall that this job's device belongs to; empty in others
  std::vector<std::string> device_ids;  // of a hall; empty in others
  uint64_t seed = 1;
  int threads = 0;  // 0 = all cores

  data::DataJob data;
  Config views, student;
  std::optional<Config> teacher, relevance, frontend, stream;
  LossJob loss;
  train::TrainOptions train;
  TeachJob teach;
  std::vector<AssistantJob> assistants;  // in the order of learning
  bool control = true;                   // train the control arm
  bool control_views = true;             // trained on the views that the student sees, where the job has some
  bool fallback = true;                  // ship it where the student is worse on the validation split
  int64_t seeds = 1;  // trainings of each arm, with seeds of their own; the validation split says which ships
  quant::QuantOptions quantize;
  DeviceJob device;
  PackageJob package;
  ReportJob report;
  std::optional<metrics::Metric> named_metric;  // absent: "auto"

 private:
  Status read(Config root);
  Status read_device_ids(std::vector<Config>& tables);
  enum class TeacherIs { kMissing, kPresent };
  Result<LossJob> read_loss(Config& table, TeacherIs presence);
  Status read_assistants(std::vector<Config>& tables);
  Status read_teachers(Config& root);
  void read_metric(Config& root);
};

// Of a regression: "remaining cycles" and "cycles" where the target is derived, else the name of its column and "".
bool predicts_remaining_life(const Job& job);
std::string target_name(const Job& job);
std::string target_unit(const Job& job);

// The job with every default, tables nested as in the file: complete after load_inputs(). Of a hall with the jobs of
// its devices, each as an entry [[device]] that has its own tables in full.
nlohmann::ordered_json explain(const Job& job, const std::vector<Job>& devices = {});
// The same as TOML text, which is itself a job; keys that have no value are comments.
std::string to_toml(const nlohmann::ordered_json& json);

}  // namespace apprentice::pipeline
