package dev.bantam.models;

import dev.bantam.models.BundleImport.Brought;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.trust.DetachedSignature;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which versions a device takes out of a bundle: those that it would take of a publisher. A
 * signature is one over {@code release.json}, so where a site wants signatures, the files of a
 * bundle must be those that its {@code release.json} names.
 *
 * @param allowDowngrade whether somebody at the device allows older releases
 */
record BundleRules(Parts parts, PullSettings settings, boolean allowDowngrade) {

  /**
   * @param bundle for the error
   * @throws ModelException as {@link Bundles#read}
   */
  void require(Brought brought, Path bundle) throws ModelException {
    ModelReference model = brought.version().reference();
    String what = "%s in %s".formatted(model, bundle);
    parts.aliases().requireNone(model.name());
    Prepared.requireNotNewer(model, brought.installed().importer());
    requireSignature(brought, what);
    requireOwnFiles(brought, what);
    parts.terms().require(brought.release());
    Optional<Item> here = parts.shelf().find(model.name(), brought.release().version());
    if (here.isPresent()) {
      requireSameContent(here.get(), brought);
    } else if (!settings.allowsDowngrade(allowDowngrade)) {
      parts.finder().requireNoDowngrade(model, brought.release().revision());
    }
  }

  private void requireSignature(Brought brought, String what) throws ModelException {
    Optional<DetachedSignature> signature = brought.published().signature();
    if (signature.isPresent()) {
      if (settings.requireSigned() || settings.keys().has(signature.get().keyId())) {
        settings.keys().verify(brought.published().document(), signature.get(), what);
      }
    } else if (settings.requireSigned()) {
      throw settings
          .keys()
          .unsigned(
              what,
              "have its publisher sign it (bantam model sign), pull it on the other device and export it there again");
    }
  }

  /** Of a release that was imported already the bundle can have nothing else than it names. */
  private void requireOwnFiles(Brought brought, String what) throws ModelException {
    Optional<Prepared> prepared = brought.release().prepared();
    if (prepared.isEmpty()) {
      if (settings.requireSigned()) {
        throw new ModelException(
            Kind.UNTRUSTED,
            "%s was imported on the device that it comes from, so the signature over its release.json does not cover its files, and this site takes only what is signed; to publish what is imported, type there: bantam model release %s --to FOLDER, then sign that, pull it and export it"
                .formatted(what, brought.version().reference()));
      }
      return;
    }
    List<InstalledVariant> named = prepared.get().variants();
    if (!named.containsAll(brought.installed().variants())
        || prepared.get().importer() != brought.installed().importer()
        || brought.installed().keptSource()) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "%s has other files than its release.json names; it was changed after it was published"
              .formatted(what));
    }
  }

  /** A version never changes: nothing of it where it was signed, else not its content. */
  private void requireSameContent(Item here, Brought brought) throws ModelException {
    ModelReference model = brought.version().reference();
    boolean isSame =
        isPublished(here) || brought.published().signature().isPresent()
            ? hasSameDocument(here, brought)
            : here.release().content().equals(brought.release().content());
    if (!isSame) {
      throw new ModelException(
          Kind.UNTRUSTED,
          "%s is installed with other content (sha256 %s) than the bundle has (%s), and a version never changes; to take the bundle's, type first: bantam model rm %s"
              .formatted(
                  model,
                  parts.shelf().digest(here.place()),
                  Sha256.of(brought.published().document()),
                  model));
    }
  }

  private boolean isPublished(Item here) throws ModelException {
    return here.release().prepared().isPresent()
        || parts.shelf().published(here).signature().isPresent();
  }

  private boolean hasSameDocument(Item here, Brought brought) throws ModelException {
    return parts.shelf().digest(here.place()).equals(Sha256.of(brought.published().document()));
  }

  /** Whether the bundle brings a signature for a version that is here. */
  boolean isSigned(Item here, Brought brought) throws ModelException {
    return brought.published().signature().isPresent() && hasSameDocument(here, brought);
  }
}
