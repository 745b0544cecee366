// SPDX-License-Identifier: Apache-2.0
// A teacher's answers in the terms of a device that keeps some of its classes.
#pragma once

#include <memory>

#include "apprentice/data/relevance.h"
#include "apprentice/targets/target_store.h"

namespace apprentice::targets {

// Logits of one sample over all of the teacher's classes to those over the kept ones, [kept.outputs()]:
//   z'_k = z_k                                 for each kept class k
//   z'_other = log sum_j exp(z_j)              over all others j (in float64)
// softmax(z') then is p_k / sum_kept p where the rest is dropped (the conditional distribution given that one of the
// kept classes is true), and p_k with p_other = sum_j p_j where it is one class: what Hinton, Vinyals, Dean 2015
// (arXiv 1503.02531), section 5.4, eq. 5, compare with the dustbin class of a specialist.
// Losses soften the restricted answer: restrict, then divide by T. The other order would give "other" the mass
// sum_j exp(z_j / T), which goes to the share of classes that it stands for as T grows, whatever the teacher says; and
// the student, which has one logit for it, is softened in this order, too (docs/decisions/0010-relevance.md).
void restrict_logits(const data::KeptClasses& classes, const float* logits, float* out);

// The answers of `store`, which are to the samples of part->full() (or views of them), as answers to the samples of
// `part`. In regression, and where all classes are kept, values are those of the store; features always are.
std::shared_ptr<const TargetStore> restrict_store(std::shared_ptr<const TargetStore> store,
                                                  std::shared_ptr<const data::RelevantDataset> part);

}  // namespace apprentice::targets
