// SPDX-License-Identifier: Apache-2.0
// What a program that trains asks of the C library's heap (docs/decisions/0009-keep-freed-memory.md).
#pragma once

namespace apprentice {

// Freed memory stays with the process instead of going back to the system after every training step, which asks for
// it again at once. A choice of the whole process, so a program makes it and the library never does: call it first in
// main, before other threads start. Without effect where the heap isn't glibc's.
void keep_freed_memory();

}  // namespace apprentice
