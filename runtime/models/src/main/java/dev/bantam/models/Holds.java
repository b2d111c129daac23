package dev.bantam.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files {@code .holds/DIGEST.json}, one a holder. A holder may be any text, so its file is
 * named by the sha256 of it. The caller has the guard of {@link NameLocks}.
 */
final class Holds {

  private static final int FORMAT = 1;
  private static final String SUFFIX = ".json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final BlobStore blobs;

  Holds(Path root, BlobStore blobs) {
    this.folder = root.resolve(".holds");
    this.blobs = blobs;
  }

  private record Document(int format, String holder, List<String> models) {}

  /** Replaces what the holder held; with nothing, it holds nothing any more. */
  void replace(String holder, Collection<ModelReference> models) throws ModelException {
    Hold hold = new Hold(holder, List.copyOf(models));
    Path file = file(holder);
    if (models.isEmpty()) {
      delete(file);
      return;
    }
    List<String> references =
        hold.models().stream().map(ModelReference::toString).distinct().toList();
    try (BlobStore.Work work = blobs.begin()) {
      blobs.replaceFile(
          work, file, JSON.writeValueAsBytes(new Document(FORMAT, holder, references)));
    } catch (IOException e) {
      throw new ModelException(Kind.IO, "cannot write what %s holds".formatted(holder), e);
    }
  }

  private Path file(String holder) {
    return folder.resolve(Sha256.of(holder.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
  }

  private static void delete(Path file) throws ModelException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  /** All, by holder; fails rather than miss one. */
  List<Hold> all() throws ModelException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Hold> holds = new ArrayList<>();
    try (Stream<Path> listing = Files.list(folder)) {
      for (Path file : listing.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        holds.add(read(file));
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot list %s: %s".formatted(folder, Failures.reason(e)), e);
    }
    holds.sort(Comparator.comparing(Hold::holder));
    return holds;
  }

  private static Hold read(Path file) throws ModelException {
    try {
      Document document = JSON.readValue(file.toFile(), Document.class);
      return new Hold(
          document.holder(), document.models().stream().map(ModelReference::parse).toList());
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new ModelException(
          Kind.CORRUPT,
          "%s, which says what a slot holds, is damaged; delete it once no device runs here"
              .formatted(file),
          e);
    }
  }

  /**
   * @throws ModelException IN_USE if somebody holds any of what a reference asks for
   */
  void requireFree(ModelReference reference) throws ModelException {
    for (Hold hold : all()) {
      for (ModelReference held : hold.models()) {
        if (held.overlaps(reference)) {
          throw new ModelException(
              Kind.IN_USE,
              "%s stays, for %s holds %s. Give that slot another model first; if it is no more, type: bantam model holds --rm '%s'"
                  .formatted(reference, hold.holder(), held, hold.holder()));
        }
      }
    }
  }
}
