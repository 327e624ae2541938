-- Statements here are short and run often. Where PostgreSQL was built with LLVM it would compile those whose estimate is
-- high, row policies and all, at each call: seconds for what takes milliseconds. Runs as the migrating login, as 0001
-- does, for roles belong to the cluster.
do $$
begin
  alter role school_gateway set jit = off;
  alter role school_sender set jit = off;
  alter role school_jobs set jit = off;
exception
  when insufficient_privilege then
    raise notice 'the logins school_gateway, school_sender and school_jobs want jit = off, which somebody else must set';
end
$$;
