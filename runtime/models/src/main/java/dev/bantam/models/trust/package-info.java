/**
 * Who may say what a device installs: Ed25519 keys, and detached signatures over the bytes of a
 * {@code release.json}, of a catalog or of a plugin's jar. Enter by {@link
 * dev.bantam.models.trust.TrustedKeys} to check and by {@link dev.bantam.models.trust.SigningKey}
 * to sign. Threads: everything is immutable; what reads or writes files blocks.
 */
@NullMarked
package dev.bantam.models.trust;

import org.jspecify.annotations.NullMarked;
