"""What code actions offer, one kind a module. All of them are edits of the core's own (`lazyoci.diagnostic.Edit`)."""
