package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files {@code .aliases/NAME.json}: further names of versions. To change one, the caller has
 * the guard of {@link NameLocks}; readers need nothing.
 */
final class Aliases {

  private final SmallDocuments<Document> documents;

  Aliases(Path root, BlobStore blobs) {
    this.documents =
        new SmallDocuments<>(
            root.resolve(".aliases"), Document.class, "what an alias points at", blobs);
  }

  private record Document(String model) {

    Document {
      ModelReference unused = ModelReference.parse(model);
    }

    ModelReference reference() {
      return ModelReference.parse(model);
    }
  }

  void put(String alias, ModelReference target) throws ModelException {
    documents.put(alias, new Document(target.toString()));
  }

  boolean remove(String alias) throws ModelException {
    return documents.remove(alias);
  }

  Optional<ModelReference> find(String name) throws ModelException {
    return documents.find(name).map(Document::reference);
  }

  /** All, by name; fails rather than miss one. */
  Map<String, ModelReference> all() throws ModelException {
    Map<String, ModelReference> all = new TreeMap<>();
    documents.all().forEach((alias, document) -> all.put(alias, document.reference()));
    return all;
  }

  /**
   * What a reference means whose name may be an alias. A variant that it names goes over the
   * alias's own.
   *
   * @throws ModelException USAGE if it names a version that the alias does not point at
   */
  ModelReference follow(ModelReference reference) throws ModelException {
    Optional<ModelReference> found = find(reference.name());
    if (found.isEmpty()) {
      return reference;
    }
    ModelReference target = found.get();
    if (reference.version().isPresent() && !reference.version().equals(target.version())) {
      throw new ModelException(
          Kind.USAGE,
          "%s is an alias of %s, so there is no %s; leave the version out, or name the model"
              .formatted(reference.name(), target, reference));
    }
    return new ModelReference(
        target.name(), target.version(), reference.variant().or(target::variant));
  }

  /**
   * @throws ModelException USAGE if a name that is to be a model's is an alias
   */
  void requireNone(String name) throws ModelException {
    Optional<ModelReference> target = find(name);
    if (target.isPresent()) {
      throw new ModelException(
          Kind.USAGE,
          "%s is an alias of %s, so no model can be installed under that name; choose another, or remove the alias: bantam model alias --rm %s"
              .formatted(name, target.get(), name));
    }
  }

  /**
   * @throws ModelException IN_USE if an alias points at any of what a reference asks for; USAGE if
   *     it is an alias itself
   */
  void requireFree(ModelReference reference) throws ModelException {
    for (Map.Entry<String, ModelReference> alias : all().entrySet()) {
      String name = alias.getKey();
      ModelReference target = alias.getValue();
      if (name.equals(reference.name())) {
        throw new ModelException(
            Kind.USAGE,
            "%s is an alias of %s. To remove the alias, type: bantam model alias --rm %s; to remove the model: bantam model rm %s"
                .formatted(name, target, name, target));
      }
      if (target.overlaps(reference)) {
        throw new ModelException(
            Kind.IN_USE,
            "%s stays, for alias %s points at %s. Move the alias, bantam model alias %s OTHER, or remove it: bantam model alias --rm %s"
                .formatted(reference, name, target, name, name));
      }
    }
  }
}
