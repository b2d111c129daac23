package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import java.net.http.HttpClient;
import java.nio.file.Path;

/** A file of an artifact in an OCI registry, found by its digest. */
record RegistrySource(
    Address artifact, NetworkSettings network, HttpClient client, HttpSettings settings)
    implements Source {

  @Override
  public Path fetch(Wanted wanted, Transfer transfer) throws ModelException {
    RegistryClient registry =
        RegistryClient.of(new HttpDocuments(client, settings), artifact, network);
    HttpTarget blob = registry.blob(registry.manifest().of(wanted));
    return new HttpSource(blob, client, settings).fetch(wanted, transfer);
  }
}
