// SPDX-License-Identifier: Apache-2.0
// Owns the precompiled headers that other targets of the project reuse.
