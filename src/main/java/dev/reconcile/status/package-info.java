// SPDX-License-Identifier: Apache-2.0
/** The status of a host and its apps; its collection changes nothing and contacts no repository. */
@NullMarked
package dev.reconcile.status;

import org.jspecify.annotations.NullMarked;
