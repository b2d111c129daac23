package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Sha256;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The files {@code .holds/DIGEST.json}, one a holder. A holder may be any text, so its file is
 * named by the sha256 of it. The caller has the guard of {@link NameLocks}.
 */
final class Holds {

  private final SmallDocuments<Document> documents;
  private final Aliases aliases;

  Holds(Path root, BlobStore blobs, Aliases aliases) {
    this.aliases = aliases;
    this.documents =
        new SmallDocuments<>(
            root.resolve(".holds"), Document.class, "which models a slot holds", blobs);
  }

  private record Document(String holder, List<String> models) {

    Document {
      Objects.requireNonNull(holder);
      models = List.copyOf(models);
    }

    Hold hold() {
      return new Hold(holder, models.stream().map(ModelReference::parse).toList());
    }
  }

  /** Replaces what the holder held; with nothing, it holds nothing any more. */
  void replace(String holder, Collection<ModelReference> references) throws ModelException {
    List<ModelReference> models = new ArrayList<>();
    for (ModelReference reference : references) {
      models.add(aliases.follow(reference));
    }
    Hold hold = new Hold(holder, models.stream().distinct().toList());
    String key = Sha256.of(holder.getBytes(StandardCharsets.UTF_8));
    if (models.isEmpty()) {
      boolean unused = documents.remove(key);
    } else {
      documents.put(
          key, new Document(holder, hold.models().stream().map(String::valueOf).toList()));
    }
  }

  /** All, by holder; fails rather than miss one. */
  List<Hold> all() throws ModelException {
    return documents.all().values().stream()
        .map(Document::hold)
        .sorted(Comparator.comparing(Hold::holder))
        .toList();
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
