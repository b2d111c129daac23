package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** The files {@code .terms/NAME.json}: under which terms somebody took a gated model. */
final class Terms {

  private final SmallDocuments<Document> documents;

  Terms(Path root, BlobStore blobs) {
    this.documents =
        new SmallDocuments<>(
            root.resolve(".terms"), Document.class, "which terms were accepted", blobs);
  }

  private record Document(String license, String acceptedAt) {

    Document {
      Objects.requireNonNull(license);
      Objects.requireNonNull(acceptedAt);
    }
  }

  /** Somebody accepts a model's terms on this device, by its clock now. */
  void accept(String name, String license) throws ModelException {
    documents.put(
        name, new Document(license, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /**
   * @throws ModelException LICENSE, with the command, if the terms are gated and were not accepted,
   *     or others were
   */
  void require(Release release) throws ModelException {
    if (!release.gated()) {
      return;
    }
    boolean isAccepted =
        documents
            .find(release.name())
            .filter(accepted -> accepted.license().equals(release.license()))
            .isPresent();
    if (!isAccepted) {
      throw new ModelException(
          Kind.LICENSE,
          "%s is gated: somebody must accept its terms once for this device, %s. Read them, then type: bantam model pull %s --accept-license, or, where a site, an order or a bundle brings the model: bantam model accept %s '%s'"
              .formatted(
                  release.name(),
                  release.license(),
                  release.name(),
                  release.name(),
                  release.license()));
    }
  }
}
