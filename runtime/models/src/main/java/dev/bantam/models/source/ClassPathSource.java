package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A resource of a jar on Bantam's own class path: there without a network. */
record ClassPathSource(SourceSpec.ClassPath spec) implements Source {

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    String resource = spec.resources().get(wanted.file());
    if (resource == null) {
      throw new ModelException(
          Kind.UNREACHABLE,
          "the catalog names no resource of %s for %s".formatted(spec.classpath(), wanted.file()));
    }
    try (InputStream in = open(resource)) {
      if (in == null) {
        throw new ModelException(
            Kind.UNREACHABLE,
            "the class path has no resource %s; put the jar of %s on it"
                .formatted(resource, spec.classpath()));
      }
      Path file = transfer.work().resolve("resource");
      Extraction.copy(in, wanted.size(), file);
      return file;
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(resource, Failures.reason(e)), e);
    }
  }

  private static @Nullable InputStream open(String resource) {
    return ClassPathSource.class.getClassLoader().getResourceAsStream(resource);
  }
}
