package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file on this machine, a share or a memory stick; used where it lies. */
record FileSource(Path file) implements Source {

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(Kind.UNREACHABLE, "there is no file %s".formatted(file));
    }
    if (!Files.isReadable(file)) {
      throw new ModelException(Kind.UNREACHABLE, "no permission to read %s".formatted(file));
    }
    return file;
  }
}
