// SPDX-License-Identifier: Apache-2.0
// Owns the precompiled <torch/torch.h> that every libtorch source of the project reuses.
