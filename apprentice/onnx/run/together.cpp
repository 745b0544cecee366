// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/together.h"

#include <algorithm>

#include "apprentice/onnx/run/batch_proof.h"
#include "apprentice/onnx/run/sample_chunks.h"
#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {
namespace {

constexpr double kSameWithin = 1e-4;  // of the largest value
constexpr int64_t kFewerGroups = 2;   // so that what two runs have in common is no factor of both numbers of samples

Values first_samples(const Values& values, int64_t count) {
  Values out;
  for (const at::Tensor& value : values) out.push_back(value.narrow(0, 0, count));
  return out;
}

// Up to a whole number of groups, by repeating the last sample.
Values filled_up(const Values& inputs, int64_t group) {
  Values out;
  for (const at::Tensor& input : inputs) {
    const int64_t samples = input.size(0), lacking = (group - samples % group) % group;
    Sizes repeats(static_cast<size_t>(input.dim()), 1);
    repeats[0] = lacking;
    out.push_back(lacking == 0 ? input : at::cat({input, input.narrow(0, samples - 1, 1).repeat(repeats)}, 0));
  }
  return out;
}

bool nearly_same(const at::Tensor& a, const at::Tensor& b) {
  if (!is_plain(a) || !is_plain(b) || a.sizes() != b.sizes()) return false;
  if (a.numel() == 0) return true;
  const at::Tensor wide_a = a.to(at::kDouble), wide_b = b.to(at::kDouble);
  const double largest = wide_b.abs().max().item<double>();
  const double difference = wide_a.sub(wide_b).abs().max().item<double>();
  return difference <= kSameWithin * largest;  // false for NaN
}

bool is_output(const Program& program, int slot) {
  const std::vector<int>& outputs = program.output_slots();
  return std::find(outputs.begin(), outputs.end(), slot) != outputs.end();
}

RunOptions options_for(const SampleRun& run, const Values& inputs, Together how) {
  RunOptions options;
  options.exported_batch = run.exported_batch;
  if (how == Together::kFollowBatch && !inputs.empty()) options.batch = inputs[0].size(0);
  return options;
}

bool agrees(const SampleRun& run, Together how, const Values& inputs, const std::vector<int>& wanted,
            const Values& expected) {
  const Result<Values> made = run_whole(run, inputs, wanted, how);
  if (!made) return false;
  for (size_t i = 0; i < expected.size(); ++i)
    if (!nearly_same((*made)[i], expected[i])) return false;
  return true;
}

Result<BatchWatch> watched(const SampleRun& run, Together how, const Values& inputs, const std::vector<int>& wanted) {
  BatchWatch watch(*run.program, inputs, inputs[0].size(0));
  RunOptions options = options_for(run, inputs, how);
  options.observer = [&](const Step& step, const Values& in, const Values& out) { watch.see(step, in, out); };
  APPRENTICE_TRY([[maybe_unused]] const Values made, run.compute(inputs, wanted, options));
  return watch;
}

// Whether one sample alone is answered in the shape of several: Squeeze takes its axis away, too.
bool keeps_its_axis(const SampleRun& run, Together how, const Values& trial, const std::vector<int>& wanted) {
  const Result<Values> made = run_whole(run, first_samples(trial, 1), wanted, how);
  return made && std::all_of(made->begin(), made->end(), [](const at::Tensor& each) {
           return is_plain(each) && each.dim() > 0 && each.size(0) == 1;
         });
}

// Why the graph does not prove that samples may run together; empty when it does.
std::string why_not_proven(const SampleRun& run, Together how, const Values& trial, const std::vector<int>& wanted) {
  const auto fewer = watched(run, how, first_samples(trial, kFewerGroups * run.exported_batch), wanted);
  const auto all = watched(run, how, trial, wanted);
  if (!fewer || !all || !keeps_its_axis(run, how, trial, wanted))
    return "the model does not take every number of samples";
  for (const int slot : wanted)
    if (std::string why = why_not_by_sample(*fewer, *all, slot); !why.empty()) return why;
  return "";
}

}  // namespace

Result<Values> run_whole(const SampleRun& run, const Values& inputs, const std::vector<int>& wanted, Together how) {
  return run.compute(inputs, wanted, options_for(run, inputs, how));
}

Result<Values> run_in_groups(const SampleRun& run, const Values& inputs, const std::vector<int>& wanted) {
  const int64_t samples = inputs[0].size(0), group = run.exported_batch;
  const Values whole = filled_up(inputs, group);
  const auto one = [&](const Values& part) -> Result<Values> {
    APPRENTICE_TRY(Values made, run.compute(part, wanted, {}));
    for (size_t i = 0; i < made.size(); ++i) {
      at::Tensor& each = made[i];
      // Exported without an axis of samples: all of it is the answer to the one sample.
      if (group == 1 && is_output(*run.program, wanted[i]) && is_plain(each) && (each.dim() == 0 || each.size(0) != 1))
        each = each.unsqueeze(0);
      if (!is_plain(each) || each.dim() == 0 || each.size(0) != group)
        return bad_input(run.place, "an output has shape {} for {} samples, so it cannot be given sample by sample",
                         to_string(each.sizes().vec()), group);
    }
    return made;
  };
  std::vector<Values> parts(wanted.size());
  if (run.on_processor) {
    APPRENTICE_TRY(const Values made, run_in_chunks(whole, group, run.place, one));
    return first_samples(made, samples);
  }
  for (int64_t first = 0; first < whole[0].size(0); first += group) {
    Values part;
    for (const at::Tensor& input : whole) part.push_back(input.narrow(0, first, group));
    APPRENTICE_TRY(const Values made, one(part));
    for (size_t i = 0; i < made.size(); ++i) parts[i].push_back(made[i]);
  }
  Values out;
  for (const Values& each : parts) out.push_back(at::cat(each, 0));
  return first_samples(out, samples);
}

Result<TogetherFinding> judge_together(const SampleRun& run, const Values& trial, const std::vector<int>& wanted) {
  APPRENTICE_TRY(const Values expected, run_in_groups(run, trial, wanted));
  TogetherFinding finding;
  for (const Together how : {Together::kFollowBatch, Together::kAsWritten})
    if (agrees(run, how, trial, wanted, expected)) finding.how = how;
  finding.why_not = finding.how == Together::kNot ? "samples given together are answered otherwise"
                                                  : why_not_proven(run, finding.how, trial, wanted);
  if (!finding.why_not.empty()) finding.how = Together::kNot;
  return finding;
}

}  // namespace apprentice::onnx::run
