do $$
begin
  alter role school_jobs reset jit;
  alter role school_sender reset jit;
  alter role school_gateway reset jit;
exception
  when insufficient_privilege then
    raise notice 'jit of the logins stays as it is';
end
$$;
