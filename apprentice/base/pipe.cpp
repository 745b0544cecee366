// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/pipe.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace apprentice {

Result<Pipe> Pipe::make() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::kIo, "", "no pipe: {}", std::strerror(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace apprentice
