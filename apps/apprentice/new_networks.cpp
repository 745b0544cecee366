// SPDX-License-Identifier: Apache-2.0
#include "new_networks.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/data/guess/data_text.h"
#include "apprentice/train/distiller.h"

namespace apprentice::cli {
namespace {

bool was_looked(const pipeline::Look& look) { return look.train > 0; }

// "conv1d 0.907 (taken), dscnn1d 0.873"
std::string scores_text(const pipeline::Question& question) {
  std::string text;
  for (size_t i = 0; i < question.tried.size(); ++i) {
    const pipeline::Tried& tried = question.tried[i];
    text += fmt::format("{}{} {:.4g}{}", i > 0 ? ", " : "", tried.name, std::abs(tried.score),
                        i == question.best ? " (taken)" : "");
  }
  return text;
}

// A comment with what was tried; nothing where there was no choice.
std::string tried_text(const pipeline::Question& question) {
  return question.tried.size() < 2 ? "" : data::comment_lines("Tried: " + scores_text(question) + ".");
}

std::string look_text(const pipeline::Look& look) {
  if (!was_looked(look)) return "";
  const std::string folds =
      look.folds == 0 ? "" : fmt::format("; groups of the training split took turns with them, {} times", look.folds);
  return "\n" + data::comment_lines(fmt::format(
                    "Networks, channels and ways to learn were chosen by a short look: trained on {} training samples, "
                    "judged by {} on {} validation samples{}; figures are from there. apprentice look JOB looks again.",
                    look.train, metrics::metric_title(look.metric), look.validation, folds));
}

bool has_views(const pipeline::Look& look) { return !look.ways.answer().keys[1].empty(); }

std::string views_text(const pipeline::Look& look) {
  if (!has_views(look)) return "";
  return "\n[views]                  # samples changed a little, so that the teacher says more: docs/howto/views.md\n"
         "count = 16\n" +
         look.ways.answer().keys[1];
}

// A [train] table where the default length would take long.
std::string steps_text(const std::string& table, int64_t steps) {
  if (steps == 0) return "";
  return fmt::format("[{}]\nsteps = {}             # some minutes; the default, {} epochs, would take longer\n", table,
                     steps, train::TrainOptions().epochs);
}

std::string teach_text(const pipeline::Look& look) {
  std::string text = "\n" + tried_text(look.teachers) +
                     "[teach]                  # no teacher was given, so one is trained; see docs/howto/job_file.md\n";
  if (has_views(look)) text += "views = false            # learns from plain samples\n";
  const pipeline::Tried& taken = look.teachers.answer();
  if (taken.keys.size() == 1) return text + taken.keys.front() + steps_text("teach.train", taken.steps.front());
  for (size_t i = 0; i < taken.keys.size(); ++i)
    text += "[[teach.member]]         # the answers of all are averaged\n" + taken.keys[i] +
            steps_text("teach.member.train", taken.steps[i]);
  return text;
}

// Of samples without the channels that are left out.
Shape shape_seen(const pipeline::Look& look, const data::DatasetInfo& info) {
  Shape shape = info.sample_shape;
  if (!look.channels.tried.empty()) shape[0] -= static_cast<int64_t>(look.channels.answer().keys.size());
  return shape;
}

std::string student_text(const pipeline::Look& look, const data::DatasetInfo& info) {
  const std::string& frontend = look.students.answer().keys[1];
  return "\n" + tried_text(look.students) +
         (frontend.empty()
              ? ""
              : "[frontend]               # what the student reads: docs/howto/frontends.md\n" + frontend + "\n") +
         fmt::format("[student]                # samples are {}; see apprentice list families\n{}",
                     to_string(shape_seen(look, info)), look.students.answer().keys.front()) +
         steps_text("train", look.students.answer().steps.front());
}

std::string loss_text(const pipeline::Look& look, TeacherIs teacher) {
  const bool stood_in = was_looked(look) && look.ways.tried.size() > 1 && teacher == TeacherIs::kGiven;
  const std::string how = stood_in ? "# A teacher that was taught shortly stood in for yours.\n" : "";
  return "\n" + how + tried_text(look.ways) + "[loss]\n" + look.ways.answer().keys[0];
}

// How the student trains without its teacher, to compare with.
std::string control_text(const pipeline::Look& look) {
  const std::string tried = look.controls.tried.empty() ? "" : tried_text(look.controls);
  const std::string keys = look.controls.tried.empty() ? "" : look.controls.answer().keys[0];
  return "\n" + tried +
         "[control]                # the same student without a teacher, to compare with\n"
         "seeds = 3                # trainings of each; the best on the validation split ships\n" +
         keys;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + toml_text(name);
  return text;
}

}  // namespace

std::string networks_text(const pipeline::Look& look, const data::DatasetInfo& info, TeacherIs teacher) {
  std::string text = look_text(look);
  if (teacher == TeacherIs::kTaught) text += teach_text(look);
  return text + student_text(look, info) + loss_text(look, teacher) + views_text(look) + control_text(look);
}

std::string networks_text(const data::DatasetInfo& info, TeacherIs teacher) {
  return networks_text(pipeline::unlooked(info), info, teacher);
}

bool takes_ignore(Config data) {
  std::string format;
  data.read("format", format);
  return format == "csv" && data.has("path") && !data.has("channel_names") && !data.has("inputs");
}

std::string data_text_without(const std::string& data, const pipeline::Look& look) {
  if (look.channels.tried.size() < 2) return data;
  const std::string names = quoted_list(look.channels.answer().keys);
  const std::string why =
      data::comment_lines(fmt::format("Channels whose level drifts were tried without ({}): {}.",
                                      metrics::metric_title(look.metric), scores_text(look.channels)));
  const std::string ignore = "ignore = [";
  const size_t header = data.find("[data]\n");
  if (header == std::string::npos) return data;
  const size_t body = header + 7, next = std::min(data.find("\n[", body), data.size());
  std::string keys = data.substr(body, next - body);
  const size_t old = names.empty() ? std::string::npos : keys.find(ignore);
  if (old != std::string::npos && (old == 0 || keys[old - 1] == '\n')) {
    const size_t inside = old + ignore.size();
    keys.insert(inside, names + (keys[inside] == ']' ? "" : ", "));
    keys.insert(old, why);
  } else {
    keys = why + (names.empty() ? "" : ignore + names + "]\n") + keys;
  }
  return data.substr(0, body) + keys + data.substr(next);
}

}  // namespace apprentice::cli
