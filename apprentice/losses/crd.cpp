// SPDX-License-Identifier: Apache-2.0
// crd: the student's vector of a sample shall be told from those of other classes by the teacher's, and the other way
// round, among what two memories hold of all training samples.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

constexpr int64_t kSize = 128;  // of the embeddings
constexpr double kTemperature = 0.07, kMomentum = 0.5, kTiny = 1e-7;

class ContrastiveDistillation final : public FeatureLoss {
 public:
  explicit ContrastiveDistillation(const LossKeys& keys)
      : FeatureLoss(keys, "crd"), negatives_(keys.get<int64_t>("negatives")) {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    const int64_t* first = setting.labels.data_ptr<int64_t>();
    labels_.assign(first, first + setting.samples);
    if (std::all_of(labels_.begin(), labels_.end(), [&](int64_t label) { return label == labels_[0]; })) {
      return bad_input("loss 'crd'", "contrasts samples of different classes, but all are of one");
    }
    seed_ = setting.seed;
    Rng rng(seed_, "loss/crd");
    own_ = make_side(setting.student.back()[0], adapters, rng);
    given_ = make_side(setting.teacher.back()[0], adapters, rng);
    return {};
  }

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const at::Tensor own = embed(student.back(), own_), given = embed(targets.features.back(), given_);
    const at::Tensor rows = at::cat({targets.samples.unsqueeze(1), draw_others(targets)}, 1);
    const at::Tensor loss = contrast(own, given_, rows) + contrast(given, own_, rows);
    remember(own_, own, targets.samples);
    remember(given_, given, targets.samples);
    return loss;
  }

 private:
  // One network's way into the common space, what is remembered there, and the constant Z of its scores.
  struct Side {
    at::Tensor weight, offset, memory, scale;
  };

  Side make_side(int64_t values, Adapters& adapters, Rng& rng) const {
    const double bound = 1.0 / std::sqrt(static_cast<double>(kSize) / 3.0);
    const at::Tensor memory = at::empty({static_cast<int64_t>(labels_.size()), kSize});
    for (int64_t i = 0; i < memory.numel(); ++i) {
      memory.data_ptr<float>()[i] = static_cast<float>(rng.uniform(-bound, bound));
    }
    return {adapters.weight({kSize, values}, rng), adapters.constant({kSize}, 0.0), adapters.memory(memory),
            adapters.memory(at::zeros({1}))};
  }

  static at::Tensor embed(const at::Tensor& vectors, const Side& side) {
    return unit_rows(at::linear(vectors, side.weight, side.offset));
  }

  // [batch, negatives]: samples of other classes, drawn anew for each sample in each epoch.
  at::Tensor draw_others(const Targets& targets) const {
    const int64_t batch = targets.samples.size(0);
    const at::Tensor others = at::empty({batch, negatives_}, at::kLong);
    int64_t* out = others.data_ptr<int64_t>();
    for (int64_t b = 0; b < batch; ++b) {
      const int64_t sample = targets.samples.data_ptr<int64_t>()[b];
      const int64_t label = labels_[static_cast<size_t>(sample)];
      Rng rng(seed_, fmt::format("loss/crd/{}/{}", targets.epoch, sample));
      for (int64_t k = 0; k < negatives_; ++k, ++out) {
        do *out = static_cast<int64_t>(rng.below(labels_.size()));
        while (labels_[static_cast<size_t>(*out)] == label);
      }
    }
    return others;
  }

  // -1/B sum_b [log h+ / (h+ + K/N) + sum_k (K/N) / (h_k + K/N)], h = exp(e . v / 0.07) / Z against the other memory.
  at::Tensor contrast(const at::Tensor& embedding, const Side& other, const at::Tensor& rows) const {
    const int64_t batch = rows.size(0), columns = rows.size(1);
    const at::Tensor known = other.memory.index_select(0, rows.flatten()).view({batch, columns, kSize});
    const at::Tensor scores = (at::bmm(known, embedding.unsqueeze(2)).squeeze(2) / kTemperature).exp();
    const double samples = static_cast<double>(labels_.size());
    if (other.scale.item<double>() == 0.0) other.scale.fill_(scores.detach().mean().item<double>() * samples);
    const at::Tensor h = scores / other.scale;
    const double chance = static_cast<double>(negatives_) / samples;
    const at::Tensor right = h.select(1, 0), wrong = h.narrow(1, 1, negatives_);
    const at::Tensor gain =
        (right / (right + chance + kTiny)).log().sum() + (chance / (wrong + chance + kTiny)).log().sum();
    return -gain / static_cast<double>(batch);
  }

  static void remember(const Side& side, const at::Tensor& embedding, const at::Tensor& samples) {
    const at::NoGradGuard no_grad;
    const at::Tensor before = side.memory.index_select(0, samples);
    side.memory.index_copy_(0, samples, unit_rows(before * kMomentum + embedding.detach() * (1.0 - kMomentum)));
  }

  int64_t negatives_;
  uint64_t seed_ = 1;
  std::vector<int64_t> labels_;
  Side own_, given_;
};

}  // namespace

std::unique_ptr<Loss> crd(const LossKeys& keys) { return std::make_unique<ContrastiveDistillation>(keys); }

}  // namespace apprentice::losses::rows
